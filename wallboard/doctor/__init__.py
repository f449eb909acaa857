"""The doctor: what `wallboard check` tries, one step after another, and what it says of each."""
