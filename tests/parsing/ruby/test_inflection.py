import pytest

from analyzer.parsing.ruby.inflection import classify, pluralize, singularize, tableize, underscore


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("song", "songs"),
        ("person", "people"),
        ("child", "children"),
        ("category", "categories"),
        ("status", "statuses"),
        ("datum", "data"),
        ("medium", "media"),
        ("box", "boxes"),
        ("index", "indices"),
        ("analysis", "analyses"),
        ("address", "addresses"),
        ("bus", "buses"),
        ("news", "news"),
        ("series", "series"),
        ("movie", "movies"),
        ("day", "days"),
        ("order_line", "order_lines"),
        ("sales_person", "sales_people"),
    ],
)
def test_singular_and_plural_are_as_rails_has_them(one, many):
    assert (pluralize(one), singularize(many)) == (many, one)
    assert pluralize(many) == many


def test_names_change_their_case_as_in_rails():
    assert underscore("Admin::HTTPLog") == "admin/http_log"
    assert tableize("OrderLine") == "order_lines"
    assert classify("order_lines") == "OrderLine"
