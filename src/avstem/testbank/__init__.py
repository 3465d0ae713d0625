"""A bank to practise with: invented companies, their files and the truth about them."""
