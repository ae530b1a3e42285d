"""Reports: figures and lists of a period, as strings that screen, paper and files share."""
