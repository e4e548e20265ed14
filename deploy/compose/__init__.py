"""The whole of Viva in containers: what docker-compose.yml mounts and runs once."""
