"""What Alembic runs to migrate on the connection that `service.store.migrate` gives it."""

from alembic import context

from service.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
