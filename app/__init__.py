"""The screen of Sulcus: Qt windows over `engine.workflow`; imports no torch."""
