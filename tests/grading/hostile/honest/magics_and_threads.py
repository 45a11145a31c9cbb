# Magics, a shell command, a thread pool, top-level await, a widget and a figure.
# expect: step 1
# %% start
%matplotlib inline
%config InlineBackend.figure_format = "png"
!echo hello
import asyncio
from concurrent.futures import ThreadPoolExecutor

import ipywidgets
import matplotlib.pyplot as plt

await asyncio.sleep(0.01)
plt.plot([1, 2, 3])
ipywidgets.interact(lambda k: k, k=(0, 3))
pool = ThreadPoolExecutor(2)

# %% step
%%time
def step(z):
    return np.array(list(pool.map(lambda v: float(v >= 0), np.ravel(z)))).reshape(np.shape(z))
