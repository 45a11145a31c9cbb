# Prints without end.
# expect: row_means 2
# review
# %% start
while True:
    print("All work and no play makes a dull network.")

# %% row_means
def row_means(x):
    return x.mean(axis=1)
