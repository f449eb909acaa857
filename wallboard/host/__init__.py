"""What the machine gives: folders, log, clock, files. Imports only errors of ours."""
