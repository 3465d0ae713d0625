"""What goes on inside the practice bank; `avstem.testbank.bank` is its counter."""
