"""Findings: what they are, how they look."""

from cnndsl.diagnostics.diagnostic import Diagnostic, Edit, Examined, Fix, Label, Severity, error, warning

__all__ = ["Diagnostic", "Edit", "Examined", "Fix", "Label", "Severity", "error", "warning"]
