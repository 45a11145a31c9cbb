# Asks the person at the keyboard, who is not there.
# expect: row_means 2
# %% start
name = input("Who are you? ")

# %% row_means
def row_means(x):
    return x.mean(axis=1)
