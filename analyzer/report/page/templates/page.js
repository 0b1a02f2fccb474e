(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("scripted");
  function tell(button, word) {
    button.textContent = word;
    setTimeout(function () { button.textContent = "Copy"; }, 1500);
  }
  function select(button, source) {
    var range = document.createRange(), selection = getSelection(), copied = false;
    range.selectNodeContents(source);
    selection.removeAllRanges();
    selection.addRange(range);
    try { copied = document.execCommand("copy"); } catch (error) { copied = false; }
    tell(button, copied ? "Copied" : "Selected");
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest(".cmd button");
    if (!button) { return; }
    var source = button.previousElementSibling;
    if (!navigator.clipboard || !isSecureContext) { select(button, source); return; }
    navigator.clipboard.writeText(source.textContent).then(
      function () { tell(button, "Copied"); }, function () { select(button, source); });
  });
  function mark(event) {
    var at = event.target.closest ? event.target.closest("[data-pair]") : null;
    if (!at) { return; }
    var number = at.getAttribute("data-pair"), on = event.type === "mouseover";
    document.querySelectorAll("[data-pair]").forEach(function (one) {
      if (one.getAttribute("data-pair") === number) { one.classList.toggle("hl", on); }
    });
  }
  document.addEventListener("mouseover", mark);
  document.addEventListener("mouseout", mark);
  addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
  });
}());
