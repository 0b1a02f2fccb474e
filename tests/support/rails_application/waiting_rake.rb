# Rake that need not load Rails for each task: one process loads it, and forks for each line that it
# is asked, JSON of {"folder", "environment", "words", "output"}. It answers with the exit status.
require "json"
require "rake"
require "rails"
require "active_record/railtie"
require "pg"
require "active_record/connection_adapters/postgresql_adapter"

RAKE = Gem.bin_path("rake", "rake")
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

while (line = $stdin.gets)
  child = fork do
    become(JSON.parse(line))
  end
  Process.wait(child)
  puts $?.exitstatus || -$?.termsig
end
