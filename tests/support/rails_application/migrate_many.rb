# One process for many migrates: it loads Rails once, and forks for each, so that no constant of one
# application is seen by the next. Reads a JSON line {"folder", "url"}, writes one with the outcome.
require "active_record"
require "json"
require "pg"
require "active_record/connection_adapters/postgresql_adapter"

ActiveRecord.eager_load! # once here, not once in every child

ActiveRecord::Migration.verbose = false
ActiveRecord::Base.logger = nil
$stdout.sync = true

def root(error)
  error = error.cause while error.cause
  error
end

# From 7.1 on the version table belongs to a pool of connections; before, it is a model.
def table
  ActiveRecord.version >= Gem::Version.new("7.1") ? ActiveRecord::Base.connection_pool.schema_migration : nil
end

def versions
  return table.table_exists? ? table.versions : [] if table

  ActiveRecord::SchemaMigration.table_exists? ? ActiveRecord::SchemaMigration.all_versions : []
end

def context(folder)
  table ? ActiveRecord::MigrationContext.new(folder) : ActiveRecord::MigrationContext.new(folder, ActiveRecord::SchemaMigration)
end

def migrate(folder, url)
  ActiveRecord::Base.establish_connection(url)
  before = versions
  begin
    context(folder).migrate
  rescue Exception => error # SyntaxError is no StandardError
    failure = { error: root(error).class.name, message: root(error).message.lines.first.to_s.strip }
  end
  ActiveRecord::Base.connection.rollback_transaction while ActiveRecord::Base.connection.open_transactions > 0
  { ran: (versions - before).map(&:to_i).sort.map(&:to_s), failure: failure }
end

GC.start # so that there is little to be done in a child
$stdin.each_line do |line|
  asked = JSON.parse(line)
  reader, writer = IO.pipe
  child = fork do
    GC.disable # it ends soon
    reader.close
    $stdout.reopen(IO::NULL)
    writer.write(JSON.generate(migrate(asked["folder"], asked["url"])))
    writer.close
    exit!(0)
  end
  writer.close
  puts reader.read
  Process.wait(child)
end
