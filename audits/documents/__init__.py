"""A form on paper and in Word: laid out, written as DOCX and PDF, and read back from a filled DOCX."""
