# Rake that need not load Rails for each task: one process loads it, and forks for each line that it
# is asked, JSON of {"folder", "environment", "words", "output"}. It answers with the exit status.
# What a task loads of Ruby's and Rails' own files is loaded here too before the next one.
require "json"
require "rake"
require "rails"
require "active_record/railtie"
require "pg"
require "thor/actions"
require "zeitwerk"
require "active_record/connection_adapters/postgresql_adapter"

RAKE = Gem.bin_path("rake", "rake")
INSTALLED = %r{\A/usr/(share|lib)/}
RAILS = [
  ActiveSupport, ActiveModel, ActiveRecord,
  AbstractController, ActionDispatch, ActionController, ActionView
]
$stdout.sync = true

def become(asked)
  $stdin.reopen(IO::NULL)
  $stdout.reopen(asked["output"], "a")
  $stderr.reopen($stdout)
  $stdout.sync = $stderr.sync = true
  Dir.chdir(asked["folder"])
  ENV.replace(asked["environment"])
  ARGV.replace(asked["words"])
  $PROGRAM_NAME = RAKE
  load RAKE
end

# Runs what was left for the end, and does not take down what was loaded: that takes longer.
def leave_at_once(before, told)
  at_exit do
    told.write(($LOADED_FEATURES - before).grep(INSTALLED).join("\n"))
    told.close
    error = $!
    exit!(error.status) if error.is_a?(SystemExit)
  end
end

def load_too(files)
  files.each do |file|
    require file
  rescue LoadError, NameError # it wants an application around it
    next
  end
  GC.start
end

RAILS.each(&:eager_load!)
while (line = $stdin.gets)
  reader, writer = IO.pipe
  child = fork do
    GC.disable
    reader.close
    leave_at_once($LOADED_FEATURES.dup, writer)
    become(JSON.parse(line))
  end
  writer.close
  loaded = reader.read.lines(chomp: true)
  Process.wait(child)
  puts $?.exitstatus || -$?.termsig
  load_too(loaded) unless loaded.empty?
end
