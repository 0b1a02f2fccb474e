# The real ActiveRecord loads a db/schema.rb of MySQL's or SQLite's adapter, of any age; what was left out is printed.
# What later ones mean by it is added here. URL names the database.
require "logger"
require "active_record"

ActiveRecord::Base.establish_connection(ENV.fetch("URL"))
ActiveRecord::Migration.verbose = false
DB = ActiveRecord::Base.connection
ENV.fetch("INFLECTIONS", "").scan(/^\s*\w+\.irregular\s+["'](\w+)["'],\s*["'](\w+)["']/) do |one, many|
  ActiveSupport::Inflector.inflections { |it| it.irregular(one, many) }
end
$precision = nil # of times that say none: six digits since 7.0

def left_out(what) = puts(what)

class ActiveRecord::Schema
  def self.[](version)
    $precision = 6 if version >= 7.0
    self
  end

  def method_missing(name, *given, **named, &block)
    return left_out(name) unless DB.respond_to?(name)
    DB.public_send(name, *given, **named, &block)
  end
end

module OfToday
  def column(name, type, **options)
    given = options[:default]
    options[:default] = -> { "(#{given.call})" } if given.is_a?(Proc) && DB.adapter_name == "SQLite" # as later ones do
    options[:precision] = $precision if type.to_sym == :datetime && !options.key?(:precision)
    super(name, type, **options)
  end

  def datetime(*names, **options) = names.each { |it| column(it, :datetime, **options) }

  def method_missing(type, *names, **options)
    left_out("type #{type}")
    names.each { |it| column(it, :text, **options.slice(:null)) }
  end

  def respond_to_missing?(*) = true
end
OWN = DB.adapter_name == "SQLite" ? ActiveRecord::ConnectionAdapters::SQLite3 : ActiveRecord::ConnectionAdapters::MySQL
OWN::TableDefinition.prepend(OfToday)

module Forgiving
  def create_table(name, **options, &block)
    # a collation of MySQL 8.0 alone
    options[:collation] = "utf8mb4_unicode_ci" if options[:collation].to_s.include?("0900")
    super
  rescue ActiveRecord::StatementInvalid => error
    left_out("table #{name}: #{error.message.lines.first.strip}")
  end

  def create_virtual_table(name, kind, given) = execute("CREATE VIRTUAL TABLE #{name} USING #{kind} (#{given.join(", ")})")

  %i[add_index add_foreign_key add_check_constraint].each do |name|
    define_method(name) do |*given, **named|
      super(*given, **named)
    rescue ActiveRecord::StatementInvalid, ArgumentError => error
      left_out("#{name} #{given.first}: #{error.message.lines.first.strip}")
    end
  end
end
DB.singleton_class.prepend(Forgiving)

load ARGV.fetch(0)
