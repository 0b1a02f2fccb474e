"""The lock that Rails holds while it migrates."""

from analyzer.model.plans.migration_lock import MigrationLock

# ActiveRecord::Migrator::MIGRATOR_SALT times the CRC-32 of the database's name, 5.0 to 8.1
LOCK = MigrationLock("Rails", 2053462845)
