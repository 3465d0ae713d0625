"""Carrying files: folder, SFTP and the like, behind one port (to come)."""
