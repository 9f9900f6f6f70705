"""The parts of the command: arguments, tables in and out, the audit, the text on screen."""
