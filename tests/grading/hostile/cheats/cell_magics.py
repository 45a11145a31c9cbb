# Cells that other programs run, or that write the answer's cell for it.
# %% start
get_ipython().register_magic_function(lambda line, cell: None, "cell", "right")
get_ipython().set_next_input("step = lambda z: z", replace=True)
get_ipython().input_transformers_cleanup.append(lambda lines: ["pass\n"])

# %% step
%%bash
echo 'step = lambda z: (z >= 0) * 1.0'

# %% row_means
%%writefile answer.py
def row_means(x):
    return x.mean(axis=1)
