# %% [markdown]
# # Lab 3: Convolutional networks
#
# **After this lab you can**
#
# - compute a convolution and its gradient by hand;
# - count a network's parameters and its receptive field without running it;
# - build LeNet, an Inception module and a residual unit in Keras;
# - look inside a trained network, say what its units respond to, and fool it.
#
# **Time:** about six hours. The fourteen exercises take nearly four of them. Section 3 is a good
# place to stop for the day.
#
# **It builds on** lab 2: forward and backward, the chain rule, checking a gradient. Sections 1
# and 2 need nothing but NumPy.
#
# Each exercise ends in `lab.check(...)`. Run its cell as often as you like: the check says what is
# wrong, and on which input. `lab.hint("cross_correlation")` gives a hint, and one more each time
# you call it. `lab.progress()` shows what is done. After a restart of the kernel run the cells of
# your answers again: Run > Run All Above Selected Cell. Code that only draws is folded.

# %%
import time

import ipywidgets
import numpy as np

from course_utils import datasets, plots
from course_utils.lab import Lab

SEED = 1  # another number gives other weights to start from, and the same conclusions

lab = Lab("03_cnn")

# %% [markdown]
# ## 1. Filters before learning
#
# The networks of lab 2 saw an image as 784 numbers in a row. Had we shuffled the pixels, all images
# in the same way, they would have learned just as well. But an image is no bag of numbers:
# neighbours belong together, and an edge is an edge wherever it stands. This lab builds that into
# the network. It begins with filters that were made by hand, long before networks learned their
# own.
#
# Two photographs to work on, in grey, at a third of their size:


# %%
def shrunk(photo, factor):
    """Return a photograph (height, width) with each factor x factor block averaged to a pixel."""
    height, width = (n // factor for n in photo.shape)
    blocks = photo[: height * factor, : width * factor].reshape(height, factor, width, factor)
    return blocks.mean(axis=(1, 3))


palace, flower = (shrunk(photo, 3) for photo in datasets.photographs(grey=True))


# %% tags=["hide-input"]
def show_photos(photos, titles, alt, columns=4):
    """Draw grey images, each from its darkest to its brightest number, in rows of `columns`."""
    rows = -(-len(photos) // columns)
    fig, axes = plots.figure(rows, columns, width=9, height=1.85 * rows)
    for ax, photo, title in zip(np.ravel(axes), photos, titles, strict=True):
        ax.imshow(photo, cmap="gray")
        ax.set_title(title)
        ax.set_axis_off()
    plots.show(fig, alt=alt)


show_photos(
    [palace, flower],
    [f"palace {palace.shape}", f"flower {flower.shape}"],
    alt="Two grey photographs: a Chinese palace with a curved roof under a bright sky, and a large "
    "flower before a dark ground.",
    columns=2,
)

# %% [markdown]
# ### A window that slides
#
# A filter is a small array of numbers, called the **kernel** or the mask. It slides over the image.
# At each place, multiply every number of the kernel by the pixel under it, and add up. With an
# image $x$ and a kernel $k$:
#
# $$y_{ij} = \sum_u \sum_v k_{uv} \; x_{i+u, \, j+v}$$
#
# This is the **cross-correlation** of $x$ with $k$. All indices count from 0. Here is its first
# step, at $i = j = 0$:


# %% tags=["hide-input"]
def grid(ax, numbers, title="", marked=()):
    """Draw an array (rows, columns) as boxes with numbers. marked: places (row, column) to tint;
    nan leaves a box empty."""
    numbers = np.asarray(numbers, dtype=float)
    for (row, column), number in np.ndenumerate(numbers):
        tint = plots.PALETTE["sky"] if (row, column) in marked else "white"
        ax.fill_between([column, column + 1], row, row + 1, fc=tint, ec="#555555", lw=1)
        text = "" if np.isnan(number) else f"{number:g}"
        ax.text(column + 0.5, row + 0.5, text, ha="center", va="center")
    ax.set(title=title, xlim=(-0.1, numbers.shape[1] + 0.1), ylim=(numbers.shape[0] + 0.1, -0.1))
    ax.set_aspect("equal")
    ax.set_axis_off()


def show_grids(arrays, titles, alt, marked=(), width=7.5, height=1.9):
    """Draw arrays side by side as boxes with numbers. marked: for each array, places to tint."""
    fig, axes = plots.figure(1, len(arrays), width=width, height=height)
    marks = marked or [()] * len(arrays)
    for ax, numbers, title, places in zip(axes, arrays, titles, marks, strict=True):
        grid(ax, numbers, title, places)
    plots.show(fig, alt=alt)


# %%
x_small = np.array([[1.0, 0, 2, 1], [0, 3, 1, 0], [2, 1, 0, 1], [1, 0, 1, 2]])
k_small = np.array([[1.0, 2], [0, -1]])
first = np.full((3, 3), np.nan)
first[0, 0] = 1 * 1 + 2 * 0 + 0 * 0 + -1 * 3

# %% tags=["hide-input"]
show_grids(
    [x_small, k_small, first],
    ["image $x$", "kernel $k$", "result $y$"],
    marked=[[(0, 0), (0, 1), (1, 0), (1, 1)], [], [(0, 0)]],
    alt="An image of 4 by 4 numbers whose upper left 2 by 2 window 1, 0, 0, 3 is marked; a kernel "
    "of 2 by 2 numbers 1, 2, 0, -1; and a result of 3 by 3 boxes, of which only the first is "
    "filled in: -2.",
)

# %% [markdown]
# **Before you go on:** work out the other numbers of the first row on paper. Why has the result
# three rows and not four?
#
# ### Border and stride
#
# A kernel of $k$ rows fits into an image of $n$ rows at $n - k + 1$ places. So the result is
# smaller than the image. This is called **valid** padding: only windows that lie wholly inside
# count.
#
# To keep the size, put a border of zeros around the image first. With $p$ rows of zeros above and
# as many below, the image has $n + 2p$ rows. For an odd $k$ and $p = (k - 1) / 2$ the result is as
# large as the image: this is **same** padding.
#
# The window may also move more than one pixel at a time. With a **stride** of $s$ it takes every
# $s$-th place, downwards and to the right:
#
# $$y_{ij} = \sum_u \sum_v k_{uv} \; x_{is+u, \, js+v}, \qquad
# \text{rows} = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# ($\lfloor \; \rfloor$ rounds down: where the last step would leave the image, it is not taken. The
# columns are counted in the same way.)

# %% [markdown]
# ### Exercise 1: `cross_correlation` (2 points, 15 minutes, medium)
#
# Two loops over the places of the result are fine.


# %%
def cross_correlation(x, kernel, padding=0, stride=1):
    """Slide a kernel over an image: at each place, the sum of kernel times the window under it.

    x: float array (height, width). kernel: float array (kernel height, kernel width); it is not
    flipped. padding: how many rows and columns of zeros are put on each of the four sides first.
    stride: by how many pixels the window moves, down and to the right.
    Returns a float array (rows, columns), with rows = (height + 2 padding - kernel height) //
    stride + 1, and columns likewise. x and kernel stay as they are.
    """
    ### BEGIN SOLUTION
    x = np.pad(x, padding)
    height, width = kernel.shape
    rows = (x.shape[0] - height) // stride + 1
    columns = (x.shape[1] - width) // stride + 1
    y = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            y[i, j] = np.sum(kernel * x[top : top + height, left : left + width])
    return y
    ### END SOLUTION


lab.check("cross_correlation", cross_correlation)

# %% [markdown]
# The small example, in full. Compare the first row with yours.
#
# **Before you run the next cell:** with the formula above, how many rows have the second and the
# third result?

# %%
show_grids(
    [
        cross_correlation(x_small, k_small),
        cross_correlation(x_small, k_small, padding=1),
        cross_correlation(x_small, k_small, padding=1, stride=2),
    ],
    ["padding 0, stride 1", "padding 1, stride 1", "padding 1, stride 2"],
    alt="Three results as boxes with numbers: 3 by 3, whose first row is -2, 3, 4; 5 by 5 with "
    "padding 1; and 3 by 3 with padding 1 and stride 2, which holds every second number of the "
    "one before, in both directions.",
    height=2.6,
)

# %% [markdown]
# ### Convolution, the true one
#
# In mathematics and in signal processing, a **convolution** runs through the image the other way:
#
# $$y_{ij} = \sum_u \sum_v k_{uv} \; x_{i-u, \, j-v}$$
#
# The minus signs make the kernel act as if it were turned by half a turn: upside down, and left to
# right. So the two operations differ by a flip (and by the place where the result begins):


# %%
def convolution(x, kernel, padding=0, stride=1):
    """Convolve an image with a kernel: cross-correlate it with the kernel turned by half a turn."""
    return cross_correlation(x, kernel[::-1, ::-1], padding, stride)


# %% [markdown]
# What is the flip good for? Give both an image that is white but for a single black pixel. The
# kernel is a small F.
#
# **Before you run the next two cells:** which of the two gives an F?

# %%
F = np.array([[1.0, 1, 1], [1, 0, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0]])
point = np.zeros((9, 9))
point[4, 4] = 1

# %%
fig, axes = plots.figure(1, 4, width=7.5, height=2.2)
plots.image(axes[0], F, "kernel")
plots.image(axes[1], point, "image")
plots.image(axes[2], cross_correlation(point, F, padding=2), "cross-correlation")
plots.image(axes[3], convolution(point, F, padding=2), "convolution")
plots.show(
    fig,
    alt="From left to right: the kernel, a letter F; an image with one single point; the "
    "cross-correlation of the two, an F turned by half a turn; their convolution, an upright F.",
)

# %% [markdown]
# Convolution draws the kernel at every point of the image, and adds up: it is what a blurred lens
# does to every star. It also has the better algebra: it commutes, and filters can be combined
# before they meet the image. Cross-correlation compares: its result is large where the image looks
# like the kernel.
#
# **Nearly every deep-learning library computes cross-correlation, and calls it convolution.** For a
# network it makes no difference: a learned kernel learns to be flipped. From section 2 on we speak
# the same way. But backward, you will meet the true convolution again.
#
# **Before you run the second cell:** for which of these five kernels do the two agree? What must a
# kernel be like, so that they do?

# %%
mean = np.full((5, 5), 1 / 25)
sobel_x = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
sobel_y = sobel_x.T
kernels = {
    "mean": mean,
    "Sobel x": sobel_x,
    "F": F,
    "diagonal": np.eye(3),
    "Laplace": np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]),
}

# %%
for name, kernel in kernels.items():
    one, other = cross_correlation(palace, kernel), convolution(palace, kernel)
    words = "agree" if np.allclose(one, other) else "differ"
    print(f"{name:8}  cross-correlation and convolution {words}")

# %% [markdown]
# ### Four filters
#
# - The **mean** filter: every pixel becomes the average of its neighbourhood, here 5 × 5.
# - **Sobel** in $x$ and in $y$: brightness right minus left, and below minus above, averaged over
#   three rows or columns. A derivative by centred differences, as in lab 2, but of an image.
# - The **difference of Gaussians**: blurred a little, minus blurred a lot. What is left are edges
#   and spots of a certain size. The cells of the retina do much the same: light in the middle
#   excites them, light around it inhibits them.
#
# A Gaussian kernel has numbers that fall off like $e^{-r^2 / 2 \sigma^2}$ with the distance $r$
# from its middle, and a sum of 1:


# %%
def gaussian(sigma, size):
    """Return a Gaussian kernel (size, size), size odd, with a sum of 1. sigma: width in pixels."""
    r = np.arange(size) - size // 2
    kernel = np.exp(-(r[:, None] ** 2 + r**2) / (2 * sigma**2))
    return kernel / kernel.sum()


difference_of_gaussians = gaussian(1.0, 13) - gaussian(2.0, 13)
filters = {"mean": mean, "Sobel x": sobel_x, "Sobel y": sobel_y, "DoG": difference_of_gaussians}

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 4, width=7, height=2.1)
for ax, (name, kernel) in zip(axes, filters.items(), strict=True):
    plots.image(ax, kernel, name, signed=True)
plots.show(
    fig,
    alt="Four kernels as images. Mean: all positive and equal. Sobel x: negative on the left, "
    "positive on the right. Sobel y: negative above, positive below. Difference of Gaussians: a "
    "positive spot with a negative ring around it.",
)

# %% [markdown]
# In the pictures of the kernels white is 0, blue negative, red positive. In the pictures below
# black is the smallest number and white the largest; for three of the filters grey is 0.
#
# **Before you run the next cell:** the beams under the palace's roof stand upright, the edges of
# the roof lie flat. Which of them does Sobel $x$ keep?

# %%
filtered = {}
for name, kernel in filters.items():
    for what, photo in (("palace", palace), ("flower", flower)):
        filtered[what, name] = cross_correlation(photo, kernel)

# %% tags=["hide-input"]
show_photos(
    [filtered[what, name] for what in ("palace", "flower") for name in filters],
    [*filters, "", "", "", ""],
    alt="Both photographs after each of the four filters. Mean: blurred. Sobel x: upright edges "
    "stand out of grey, one side dark, the other bright. Sobel y: level edges do. Difference of "
    "Gaussians: thin outlines and fine spots, large areas are even grey.",
)

# %% [markdown]
# Two filters by themselves do not find edges of every direction. Together they do: at each pixel
# the two Sobel numbers are a vector, and its length says how steep the brightness is there. A
# square and a root are enough to join them, and such a step between linear filters is what the
# activations of a network are for.

# %%
steepness = [
    np.hypot(filtered[what, "Sobel x"], filtered[what, "Sobel y"]) for what in ("palace", "flower")
]
small = cross_correlation(palace, mean, stride=4)

# %% tags=["hide-input"]
show_photos(
    [*steepness, small],
    ["edges of the palace", "edges of the flower", f"mean, stride 4: {small.shape}"],
    alt="Left and middle: bright outlines of palace and flower on black, whatever their direction. "
    "Right: the palace blurred with a stride of 4, in few coarse pixels.",
    columns=3,
)

# %% [markdown]
# ### A mask that finds a 4
#
# A cross-correlation is large where the image looks like the kernel. So a kernel can be a question:
# *is there something like this here?*
#
# What makes a 4 a 4? For one thing, a bar that comes from the left and ends at an upright stroke,
# or just behind it: ⊣, a T-junction that lies on its side. Let us ask for it, in windows of 7 × 7
# pixels.


# %%
def crossing(arms, width=1):
    """Return strokes (7, 7) that meet in the middle. arms: which of "up", "down", "left" and
    "right" there are. width: of the strokes, 1 or 3 pixels. 1 is ink, 0 is paper."""
    patch, half = np.zeros((7, 7)), width // 2
    middle = slice(3 - half, 4 + half)
    reach = {"up": slice(0, 4 + half), "down": slice(3 - half, 7)}
    reach |= {"left": reach["up"], "right": reach["down"]}
    for arm in arms:
        place = (reach[arm], middle) if arm in ("up", "down") else (middle, reach[arm])
        patch[place] = 1.0
    return patch


# %%
shapes = {
    "junction": ("up", "down", "left"),
    "upright line": ("up", "down"),
    "level line": ("left", "right"),
    "corner": ("up", "left"),
    "turned junction": ("up", "down", "right"),
    "crossing": ("up", "down", "left", "right"),
}

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 7, width=9.5, height=1.7)
for ax, (name, arms) in zip(axes, shapes.items(), strict=False):
    plots.image(ax, crossing(arms), name)
plots.image(axes[6], np.broadcast_to(np.arange(7) < 4, (7, 7)), "ink on the left")
plots.show(
    fig,
    alt="Seven patches of 7 by 7 pixels. In six of them strokes meet in the middle: the junction, "
    "an upright stroke with a bar from the left; an upright line; a level line; a corner; the "
    "junction turned to the other side; and a crossing of two lines. The left half of the last one "
    "is all ink.",
)

# %% [markdown]
# ### Exercise 2: `t_junction` (2 points, 20 minutes, medium)
#
# Fill the mask with numbers such that its response is **at least 0.5** for the first patch and
# **below 0.5** for all others: lines, ends of lines, corners, junctions turned another way, the
# crossing, ink on the left, ink everywhere, and blank paper. Strokes may be 1 or 3 pixels wide
# (`crossing(arms, width=3)` makes them), and the ink a little grey (0.9 to 1).
#
# What you write must be a mask: numbers that do not depend on the patches. So the response to a sum
# of patches is the sum of their responses, also where such a sum is no picture any more.


# %%
def t_junction(patches):
    """Return the response of a mask to each patch: the sum of mask times patch.

    patches: float array (batch, 7, 7), 0 is paper and 1 is ink. Returns a float array (batch,):
    at least 0.5 where strokes from above, from below and from the left meet in the middle, and
    below 0.5 elsewhere.
    """
    mask = np.zeros((7, 7))
    ### BEGIN SOLUTION
    mask[:3, 3] = mask[4:, 3] = mask[3, :3] = 1  # three arms that are wanted
    mask[3, 5:] = -1  # one that is not
    mask[:2, :2] = mask[5:, :2] = -1  # paper between them
    mask *= 0.5 / 7.5  # the junction gives 9, the crossing 7, two arms 6
    ### END SOLUTION
    return np.sum(patches * mask, axis=(1, 2))


lab.check("t_junction", t_junction)

# %% [markdown]
# Does it work on real handwriting? A linear filter gives itself away when you show it single
# points: each answers with one number of the mask. So we can fetch your mask, and slide it over 400
# digits of MNIST. Of some digits you will see the image with the strongest response, and of the 4s
# the one with the weakest too. Below each: the response where it is positive, on one scale for all.
#
# **Before you run the next cells:** which digit besides the 4 has such a junction?

# %%
_, (digits, labels) = datasets.mnist()
digits, labels = digits[:400], labels[:400]

# %%
mask = t_junction(np.eye(49).reshape(49, 7, 7)).reshape(7, 7)
responses = np.array([cross_correlation(pixels, mask, padding=3) for pixels in digits])
strongest = responses.max(axis=(1, 2))


def extreme(digit, sign=1):
    """Return which image of a digit has the strongest response, or with sign -1 the weakest."""
    return max(np.flatnonzero(labels == digit), key=lambda index: sign * strongest[index])


# %%
chosen = {f"strongest {digit}": extreme(digit) for digit in (4, 9, 7, 1, 0)}
chosen["weakest 4"] = extreme(4, sign=-1)

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 7, width=9, height=2.8)
plots.image(axes[0, 0], mask, "your mask", signed=True)
axes[1, 0].set_axis_off()
for (above, below), (name, index) in zip(axes.T[1:], chosen.items(), strict=True):
    plots.image(above, digits[index], name)
    plots.image(below, np.maximum(0, responses[index]) / responses.max())
plots.show(
    fig,
    alt="Left, your mask. Above, six digits: of the 4s, 9s, 7s, 1s and 0s the one with the "
    "strongest response, and the 4 with the weakest. Below each, where and how strongly the mask "
    "responds: the darker, the stronger. The strongest 4 and 9 have a dark spot where a bar meets "
    "an upright stroke from the left; the others are fainter.",
)

# %% [markdown]
# Handwriting is not as tidy as our patches: it leans and it is blurred, and the threshold of 0.5 is
# too high for most of it. Look at the ranking instead. Of all 400 digits, these 20 have the
# strongest response anywhere; the ring shows where.

# %%
order = np.argsort(-strongest)[:20]

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 10, width=9, height=2.1)
for ax, index in zip(axes.flat, order, strict=True):
    row, column = np.unravel_index(responses[index].argmax(), (28, 28))
    plots.image(ax, digits[index])
    ax.plot(column, row, "o", ms=10, mfc="none", mec=plots.PALETTE["vermillion"], mew=2)
plots.show(
    fig,
    alt="The twenty digits with the strongest response, each with a ring at the place: nearly all "
    "are 4s and 9s, and the ring lies where a bar meets the upright stroke.",
)

# %%
print("digits:", *labels[order])
print(f"{np.mean(np.isin(labels[order], (4, 9))):.0%} of them are 4s and 9s;", end=" ")
print(f"of all digits {np.mean(np.isin(labels, (4, 9))):.0%} are.")

# %% [markdown]
# Where this one mask responds most, there are 4s and 9s. It misses many others, those that lean.
# For them you would need more masks, and another for the closed loop that the 9 has and the 4 has
# not; and then something that weighs all the answers. Nobody wants to design hundreds of masks. The
# rest of the lab is about learning them.
#
# ## 2. A convolutional layer in NumPy
#
# Three things turn a filter into a layer:
#
# - **Channels.** A colour image has three numbers at each pixel. A filter has a kernel for each of
#   them, and adds up the results.
# - **Many filters.** Each gives one picture of responses, a **feature map**. Together they are the
#   channels of the output, so that the next layer can be of the same kind.
# - **A bias** for each filter.
#
# With a batch $X$ of shape (batch, height, width, channels), kernels $K$ of shape (kernel height,
# kernel width, channels, filters), biases $b$ (filters,), and $X$ padded already:
#
# $$Z_{nijf} = b_f + \sum_u \sum_v \sum_c K_{uvcf} \; X_{n, \, is+u, \, js+v, \, c}$$
#
# The output $Z$ has shape (batch, rows, columns, filters). These orders of axes are Keras's own.

# %% [markdown]
# ### Exercise 3: `conv_loops` (2 points, 10 minutes, easy)
#
# Follow the formula, with a loop for each of $n$, $i$, $j$ and $f$. The sum over $u$, $v$ and $c$
# is one `np.sum`.


# %%
def conv_loops(X, K, b, padding=0, stride=1):
    """Compute a convolutional layer, place by place.

    X: (batch, height, width, channels). K: (kernel height, kernel width, channels, filters), not
    flipped. b: (filters,). All are float arrays and stay as they are. padding: rows and columns of
    zeros on each of the four sides of every image. stride: down and to the right.
    Returns Z, a float array (batch, rows, columns, filters), with rows = (height + 2 padding -
    kernel height) // stride + 1, and columns likewise.
    """
    ### BEGIN SOLUTION
    X = np.pad(X, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    height, width, _, filters = K.shape
    rows = (X.shape[1] - height) // stride + 1
    columns = (X.shape[2] - width) // stride + 1
    Z = np.zeros((len(X), rows, columns, filters))
    for n, i, j, f in np.ndindex(Z.shape):
        top, left = i * stride, j * stride
        window = X[n, top : top + height, left : left + width]
        Z[n, i, j, f] = b[f] + np.sum(K[:, :, :, f] * window)
    return Z
    ### END SOLUTION


lab.check("conv_loops", conv_loops)

# %% [markdown]
# ### From loops to one product
#
# Right, and slow: Python takes a few microseconds for each window and filter. A layer of a real
# network has millions of them.
#
# The sum over $u$, $v$ and $c$ is a scalar product of two rows of numbers: a window and a kernel,
# each written out in a line. Many scalar products at once are a **matrix product**, which every
# machine does fast. So: write each window into a row of a matrix, once (**im2col**, "image to
# columns"), and multiply by the kernels.


# %%
def windows_as_rows(x, size):
    """Return every window (size, size) of an image (height, width) as a row, by a loop."""
    places = np.ndindex(*(n - size + 1 for n in x.shape))
    return np.array([x[i : i + size, j : j + size].ravel() for i, j in places])


# %% tags=["hide-input"]
show_grids(
    [x_small[:3, :3], windows_as_rows(x_small[:3, :3], 2), k_small.reshape(4, 1)],
    ["image", "a row for each window", "kernel"],
    marked=[[(0, 1), (0, 2), (1, 1), (1, 2)], [(1, c) for c in range(4)], []],
    alt="An image of 3 by 3 numbers with its upper right 2 by 2 window marked; a matrix of 4 rows "
    "with 4 numbers, in which that window is the second row; and the kernel, 2 by 2, written as a "
    "column of 4 numbers.",
    height=2.2,
)

# %% [markdown]
# And no loop is needed to cut out the windows. An array in memory is a long line of numbers, and
# its **strides** say how many bytes to go for the next number along each axis. An array of windows
# needs no copy: it is the same line of numbers, with strides that come back to the same places.

# %%
from numpy.lib.stride_tricks import sliding_window_view

view = sliding_window_view(x_small, (2, 2))
print("image  ", x_small.shape, "strides in bytes", x_small.strides)
print("windows", view.shape, "strides in bytes", view.strides)
print("the window at row 1, column 2:", view[1, 2].tolist())
print("the two share their memory:", np.shares_memory(x_small, view))

# %% [markdown]
# `sliding_window_view(X, (kh, kw), axis=(1, 2))` does it for a whole batch. Mind where it puts the
# axes of the windows: at the **end**, behind the channels.

# %% [markdown]
# ### Exercise 4: `im2col` (2 points, 15 minutes, medium)
#
# The numbers of a window must stand in the order in which `K.reshape(-1, filters)` has the kernel's
# numbers: row by row, in each row column by column, and for each pixel all channels.


# %%
def im2col(X, height, width, stride=1):
    """Return every window of every image, each written out in one line.

    X: float array (batch, image height, image width, channels), padded already. height, width: of
    the windows. stride: by how many pixels they move, down and to the right.
    Returns a float array (batch, rows, columns, height * width * channels). In a line, the channel
    changes fastest, then the column of the window, then its row.
    """
    ### BEGIN SOLUTION
    windows = sliding_window_view(X, (height, width), axis=(1, 2))[:, ::stride, ::stride]
    windows = windows.transpose(0, 1, 2, 4, 5, 3)  # the channels behind the window's two axes
    return windows.reshape(*windows.shape[:3], -1)
    ### END SOLUTION


lab.check("im2col", im2col)

# %% [markdown]
# The layer is now three lines. The last axis of the windows meets the first of the kernels:


# %%
def pad(X, padding):
    """Put `padding` rows and columns of zeros on each side of every image of a batch."""
    return np.pad(X, ((0, 0), (padding, padding), (padding, padding), (0, 0)))


def conv_im2col(X, K, b, padding=0, stride=1):
    """The same as conv_loops, by one matrix product."""
    height, width, _, filters = K.shape
    windows = im2col(pad(X, padding), height, width, stride)
    return windows @ K.reshape(-1, filters) + b


# %% [markdown]
# And Keras? Its layer gets the same kernels and biases. (Importing Keras takes some seconds.)

# %%
import keras


def keras_conv(K, b, stride=1):
    """Return a Keras layer without padding, with these kernels and biases."""
    height, width, channels, filters = K.shape
    layer = keras.layers.Conv2D(filters, (height, width), strides=stride, padding="valid")
    layer.build((None, None, None, channels))
    layer.set_weights([K, b])
    return layer


# %%
rng = np.random.default_rng(SEED)
sizes = [(8, 32, 32, 16), (5, 5, 16, 32), 32]  # of X, K and b
X, K, b = (rng.normal(size=size).astype("float32") for size in sizes)
K /= 20  # a sum of 400 products then is about as large as one of them
for stride in (1, 2):
    loops, product = (conv(X, K, b, stride=stride) for conv in (conv_loops, conv_im2col))
    of_keras = np.asarray(keras_conv(K, b, stride)(X))
    print(f"stride {stride}: output {of_keras.shape}, same from all three:", end=" ")
    print(np.allclose(loops, product, atol=1e-5) and np.allclose(loops, of_keras, atol=1e-5))
    assert np.abs(loops - product).max() < 1e-5 and np.abs(loops - of_keras).max() < 1e-5

# %% [markdown]
# They agree to five decimals. So Keras computes a cross-correlation: it does not flip the kernel.
#
# **Before you run the next cell:** how many times as fast as the loops will the matrix product be?
# 10, 100, 1000? And Keras?


# %%
def seconds(function, repeat=20):
    """Return the shortest time that a call takes."""
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def roughly(ratio):
    """Round a ratio to 1, 10, 100, 1000, ...: the rest depends on the machine and its mood."""
    return 10 ** round(float(np.log10(ratio)))


layer = keras_conv(K, b)
loop_time = seconds(lambda: conv_loops(X, K, b), repeat=1)
for name, function in (("im2col", lambda: conv_im2col(X, K, b)), ("Keras", lambda: layer(X))):
    times = roughly(loop_time / seconds(function))
    print(f"{name} is of the order of {times} times as fast as the loops")

# %% [markdown]
# im2col and Keras play in one league, since both end in the same kind of matrix product. The loops
# spend their time in Python, between the products.
#
# The price is memory: with a stride of 1 every number of the image lies in up to
# $5 \times 5 = 25$ windows, and `im2col` writes it down as many times.

# %%
windows = im2col(X, 5, 5)
print(f"the batch: {X.size:,} numbers; its windows: {windows.size:,}")

# %% [markdown]
# ### Backward
#
# Given $\delta = dE/dZ$, of $Z$'s shape, three gradients are asked. Take the formula of the layer
#
# $$Z_{nijf} = b_f + \sum_u \sum_v \sum_c K_{uvcf} \; X_{n, \, is+u, \, js+v, \, c}$$
#
# and ask for each number where it takes part, as in lab 2. A bias takes part everywhere in its
# feature map. A number of the kernel takes part at every place of every example, and its slope
# there is the pixel under it:
#
# $$\frac{\partial E}{\partial b_f} = \sum_{n,i,j} \delta_{nijf}, \qquad
# \frac{\partial E}{\partial K_{uvcf}} =
# \sum_{n,i,j} X_{n, \, is+u, \, js+v, \, c} \; \delta_{nijf}$$
#
# A pixel takes part in every window that it lies in, and each window sends a share back:
#
# $$\frac{\partial E}{\partial X_{n, \, is+u, \, js+v, \, c}} \;\; \text{gets} \;\;
# \sum_f K_{uvcf} \; \delta_{nijf} \quad \text{from every } i, j, u, v$$
#
# Read as a rule, for each place $(i, j)$: **the window, times $\delta$ there, is added to the
# kernel's gradient. The kernel, times $\delta$ there, is added to the window's gradient.** This is
# `Dense` of lab 2, once for each window.
#
# Our small example, with one channel and one filter. Let $\delta$ be 1 in the upper left corner, 2
# in the lower right one, and 0 elsewhere.
#
# **Before you run the next cell:** work out both gradients on paper.

# %%
delta_small = np.zeros((3, 3))
delta_small[0, 0], delta_small[2, 2] = 1, 2
dk_small = 1 * x_small[0:2, 0:2] + 2 * x_small[2:4, 2:4]
dx_small = np.zeros((4, 4))
dx_small[0:2, 0:2] += 1 * k_small
dx_small[2:4, 2:4] += 2 * k_small
corners = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)]

# %% tags=["hide-input"]
show_grids(
    [x_small, k_small, delta_small, dk_small, dx_small],
    ["image $x$", "kernel $k$", "$\\delta$", "$dE/dk$", "$dE/dx$"],
    marked=[corners, [], [(0, 0), (2, 2)], [], corners],
    alt="The image of 4 by 4 numbers with its upper left and its lower right window marked; the "
    "kernel 1, 2, 0, -1; delta, which is 1 at the upper left and 2 at the lower right; the "
    "kernel's gradient 1, 2, 2, 7; and the image's gradient: the kernel in the upper left corner, "
    "twice the kernel in the lower right one, 0 elsewhere.",
    width=9.0,
)

# %% [markdown]
# ### Exercise 5: `conv_backward` (4 points, 45 minutes, hard)
#
# With padding, the windows lie in the padded images: work with those, and cut the border off
# $dE/dX$ at the end. A loop over the places $(i, j)$ is fine; within it, treat all examples and
# filters at once.


# %%
def conv_backward(X, K, delta, padding=0, stride=1):
    """Send a gradient back through a convolutional layer.

    X: the layer's input (batch, height, width, channels), not padded. K: its kernels (kernel
    height, kernel width, channels, filters). delta: dE/dZ (batch, rows, columns, filters). padding,
    stride: as in the layer. All arrays are floats and stay as they are.
    Returns a tuple of three float arrays: dE/dX in X's shape, dE/dK in K's shape and dE/db, of
    shape (filters,). The last two are summed over the batch. Pixels in no window get 0.
    """
    ### BEGIN SOLUTION
    X = pad(X, padding)
    dX, dK = np.zeros_like(X), np.zeros_like(K)
    height, width = K.shape[:2]
    for i, j in np.ndindex(delta.shape[1:3]):
        rows = slice(i * stride, i * stride + height)
        columns = slice(j * stride, j * stride + width)
        dK += np.einsum("nuvc,nf->uvcf", X[:, rows, columns], delta[:, i, j])
        dX[:, rows, columns] += np.einsum("uvcf,nf->nuvc", K, delta[:, i, j])
    inside = slice(padding, -padding or None)
    return dX[:, inside, inside], dK, delta.sum(axis=(0, 1, 2))
    ### END SOLUTION


lab.check("conv_backward", conv_backward)

# %% [markdown]
# ### Is it right?
#
# Lab 2 compared every single number of a gradient with a centred difference. Kernels and images
# have many numbers. A cheaper test takes a few steps $\pm h d$ in **random directions** $d$: if the
# gradient $g$ is right, the slope in each direction is the sum of $g$ times $d$:
#
# $$\frac{E(x + h d) - E(x - h d)}{2h} \approx \sum_i g_i \, d_i$$
#
# A wrong number anywhere in $g$ shows, since a random direction moves all of them. As error we take
# any weighted sum of the outputs, $E = \sum Z \cdot \delta$: then $dE/dZ = \delta$.


# %%
def gradient_error(f, x, gradient, rng, h=1e-5, count=20):
    """Compare a gradient of f at x with centred differences in `count` random directions.

    f: from an array of x's shape to a number. Returns the relative error, as in lab 2.
    """
    directions = rng.normal(size=(count, *x.shape))
    measured = np.array([(f(x + h * d) - f(x - h * d)) / (2 * h) for d in directions])
    claimed = np.array([np.sum(gradient * d) for d in directions])
    lengths = np.linalg.norm(measured) + np.linalg.norm(claimed)
    return np.linalg.norm(measured - claimed) / lengths


def tell(name, error):
    """Say whether a gradient is right, by the rule of lab 2."""
    verdict = "below 1e-7: right" if error < 1e-7 else f"{error:.0e}: wrong"
    print(f"{name:28} relative error {verdict}")


# %%
rng = np.random.default_rng(SEED)
X_check, b_check = rng.normal(size=(3, 8, 7, 2)), rng.normal(size=4)
layer_inputs = {"X": X_check, "K": rng.normal(size=(3, 3, 2, 4)), "b": b_check}


# %%
def conv_errors(padding, stride):
    """Return the relative errors of dE/dX, dE/dK and dE/db, as a dict."""
    Z = conv_im2col(**layer_inputs, padding=padding, stride=stride)
    delta, errors = rng.normal(size=Z.shape), {}
    found = conv_backward(X_check, layer_inputs["K"], delta, padding, stride)
    for (name, x), gradient in zip(layer_inputs.items(), found, strict=True):

        def error_at(value, name=name):
            inputs = layer_inputs | {name: value}
            return np.sum(conv_im2col(**inputs, padding=padding, stride=stride) * delta)

        errors[f"d{name}"] = gradient_error(error_at, x, gradient, rng)
    return errors


for padding, stride in ((0, 1), (1, 1), (1, 2)):
    for name, error in conv_errors(padding, stride).items():
        tell(f"{name}, padding {padding}, stride {stride}", error)
        assert error < 1e-7

# %% [markdown]
# ### The true convolution, again
#
# Look at $dE/dx$ once more: $\delta$ is a picture, and at each of its points the kernel is drawn,
# times $\delta$ there, and all is added up. We have seen this before, with the F.
#
# **Before you run the next cell:** which operation is it, and which padding makes its result as
# large as the image?

# %%
dX, _, _ = conv_backward(
    x_small[None, :, :, None], k_small[:, :, None, None], delta_small[None, :, :, None]
)
backward = dX[0, :, :, 0]
drawn = convolution(delta_small, k_small, padding=1)
compared = cross_correlation(delta_small, k_small, padding=1)

# %% tags=["hide-input"]
show_grids(
    [backward, drawn, compared],
    ["your $dE/dx$", "convolution of $\\delta$", "cross-correlation of $\\delta$"],
    alt="Three arrays of 4 by 4 numbers. The first two are the same: the gradient, and the "
    "convolution of delta with the kernel. The third, the cross-correlation, has the numbers of "
    "each kernel in reversed order.",
    height=2.3,
)

# %%
assert np.allclose(backward, drawn) and not np.allclose(backward, compared)

# %% [markdown]
# Forward a cross-correlation, backward a convolution: one is the transpose of the other. Networks
# that *draw* images, and the pictures of section 5 that go from an activation back to pixels, use
# the backward step as their forward one; it is then called a transposed convolution, or
# "deconvolution".
#
# ### Pooling
#
# Where exactly an edge lies matters less, the deeper we go. **Pooling** takes windows like a
# convolution, but each channel by itself, and with no weights: of each window it keeps one number.
#
# - **max**: the largest;
# - **average**: the mean;
# - **L2**: the root of the sum of squares.
#
# Most often the windows are 2 × 2 and do not overlap: the stride is 2, and three quarters of all
# numbers are gone. Windows that would stick out are left away, as with valid padding.
#
# Here is the example of the lectures. **Before you go on:** write down the results of all three
# for 2 × 2 windows with stride 2. (One of them is 19.5, which the lecture rounds to 20. Another
# is $\sqrt{752} \approx 27.4$.)

# %%
x_pool = np.array([[12.0, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]])
X_pool, MODES = x_pool[None, :, :, None], ("max", "average", "l2")

# %% tags=["hide-input"]
fig, ax = plots.figure(width=2.2, height=2.2)
grid(ax, x_pool, marked=[(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)])
plots.show(
    fig,
    alt="An image of 4 by 4 numbers: 12, 20, 30, 0; 8, 12, 2, 0; 34, 70, 37, 4; 112, 100, 25, 12. "
    "Every second of its four blocks of 2 by 2 is tinted.",
)

# %% [markdown]
# ### Exercise 6: `pool` (2 points, 10 minutes, easy)
#
# One function for all three. Your tools from above work here too.


# %%
def pool(X, mode, size=2, stride=2):
    """Pool each channel of each image.

    X: float array (batch, height, width, channels). mode: "max", "average" or "l2" (the root of the
    sum of squares). size: height and width of the windows. stride: of the windows, down and to the
    right. Windows that would stick out of the image are left away.
    Returns a float array (batch, rows, columns, channels), with rows = (height - size) // stride +
    1, and columns likewise.
    """
    ### BEGIN SOLUTION
    windows = sliding_window_view(X, (size, size), axis=(1, 2))[:, ::stride, ::stride]
    inside = (4, 5)  # the axes of a window: its rows and columns
    if mode == "max":
        return windows.max(axis=inside)
    if mode == "average":
        return windows.mean(axis=inside)
    return np.sqrt(np.sum(windows**2, axis=inside))
    ### END SOLUTION


lab.check("pool", pool)

# %%
pooled = {mode: pool(X_pool, mode)[0, :, :, 0] for mode in MODES}

# %% tags=["hide-input"]
show_grids(
    [pooled["max"], pooled["average"], pooled["l2"].round(1)],
    pooled,
    alt="Three arrays of 2 by 2 numbers, rounded: "
    + "; ".join(
        f"{mode} {', '.join(f'{n:.4g}' for n in grid.flat)}" for mode, grid in pooled.items()
    ),
    width=5.5,
    height=1.7,
)

# %%
assert np.array_equal(pooled["max"], [[20, 30], [112, 37]])
assert np.array_equal(pooled["average"], [[13, 8], [79, 19.5]])

# %% [markdown]
# ### Backward through pooling
#
# Where does a number of a window take part in the result $y$, and how strongly?
#
# - **max**: only the largest counts, with slope 1. All of $\delta$ goes to it, nothing to the
#   others. Pooling is a switch, like ReLU.
# - **average**: each counts with slope 1 / (number of pixels).
# - **L2**: $y = \sqrt{\sum x^2}$ has the slope $x / y$.
#
# Two things need care with the maximum. Where windows overlap, a pixel may win in several of them:
# shares add up. And several pixels of a window may be largest, which is no rarity: after ReLU many
# are 0. Then there is no slope; we agree that the **first** of them gets all, read row by row.

# %% [markdown]
# ### Exercise 7: `max_pool_backward` (2 points, 15 minutes, medium)
#
# `np.argmax` of a window, read row by row, finds the first of the largest.


# %%
def max_pool_backward(X, delta, size=2, stride=2):
    """Send a gradient back through max pooling.

    X: the input of the pooling (batch, height, width, channels). delta: dE/d(output) (batch, rows,
    columns, channels). Both are float arrays and stay as they are. size, stride: as in pool.
    Returns dE/dX, a float array of X's shape. In each window and channel the largest number gets
    all of delta, and of several the first, row by row. Shares of overlapping windows add up.
    """
    ### BEGIN SOLUTION
    dX = np.zeros_like(X)
    for n, i, j, c in np.ndindex(delta.shape):
        top, left = i * stride, j * stride
        window = X[n, top : top + size, left : left + size, c]
        row, column = np.unravel_index(window.argmax(), window.shape)
        dX[n, top + row, left + column, c] += delta[n, i, j, c]
    return dX
    ### END SOLUTION


lab.check("max_pool_backward", max_pool_backward)

# %% [markdown]
# The two others, for comparison: both hand $\delta$ to every pixel of the window, times a slope.


# %%
def pool_backward(X, delta, mode, size=2, stride=2):
    """Send a gradient back through pooling. With "l2", no window may be all 0."""
    if mode == "max":
        return max_pool_backward(X, delta, size, stride)
    Y, dX = pool(X, mode, size, stride), np.zeros_like(X)
    for i, j in np.ndindex(delta.shape[1:3]):
        here = (slice(None), slice(i, i + 1), slice(j, j + 1))
        window = (slice(None), *(slice(k * stride, k * stride + size) for k in (i, j)))
        slope = 1 / size**2 if mode == "average" else X[window] / Y[here]
        dX[window] += slope * delta[here]
    return dX


# %% [markdown]
# The example again, with $\delta$ = 1, 2, 3, 4.
#
# **Before you run the next cell:** which four pixels get something under max pooling?

# %%
delta_pool = np.array([[1.0, 2], [3, 4]])
back = {
    mode: pool_backward(X_pool, delta_pool[None, :, :, None], mode)[0, :, :, 0] for mode in MODES
}

# %% tags=["hide-input"]
show_grids(
    [x_pool, delta_pool, *(gradient.round(2) for gradient in back.values())],
    ["image", "$\\delta$", *back],
    marked=[[(0, 1), (0, 2), (3, 0), (2, 2)], [], [(0, 1), (0, 2), (3, 0), (2, 2)], [], []],
    alt="The example image with its four maxima 20, 30, 112 and 37 marked; delta 1, 2, 3, 4; and "
    "three gradients. Max: 1, 2, 3 and 4 at the four maxima, 0 elsewhere. Average: a quarter of "
    "delta all over each block. L2: every pixel gets a share in proportion to its own size.",
    width=10.0,
    height=2.4,
)

# %% [markdown]
# And the test of random directions, with windows that overlap (3 × 3 with stride 2).

# %%
rng = np.random.default_rng(SEED)
for mode in MODES:
    delta = rng.normal(size=pool(X_check, mode, 3, 2).shape)

    def error_at(value, mode=mode, delta=delta):
        return np.sum(pool(value, mode, 3, 2) * delta)

    gradient = pool_backward(X_check, delta, mode, 3, 2)
    error = gradient_error(error_at, X_check, gradient, rng)
    tell(f"{mode} pooling", error)
    assert error < 1e-7

# %% [markdown]
# You now have everything that a convolutional network is made of, forward and backward; the dense
# layers and the activations you have from lab 2. From section 4 on Keras does this work.
#
# ## 3. Counting
#
# Before you train a network, know how large it is. How many numbers are there to learn? And how
# much of the image does a unit see? Neither needs the network to exist.
#
# ### Parameters
#
# A convolution is a dense layer under two restrictions. **Local**: each unit is joined only to a
# small window. **Shared**: all units of a feature map have the same weights. What does that save?
#
# **Before you go on:** an image of 28 × 28 becomes a map of 24 × 24, once by a dense layer, once by
# one filter of 5 × 5. How many weights and biases has each? And how many weights have a dense layer
# from 1,000 units to 1,000, and a convolution with 100 filters of 3 × 3 on a colour image?
#
# We describe a network by a list with a dict for each layer. The kinds are:
#
# - `{"kind": "conv", "filters": 6, "kernel": 5, "padding": 2, "stride": 1}`, with square kernels,
#   and a bias for each filter;
# - `{"kind": "pool", "size": 2}`, with square windows that do not overlap;
# - `{"kind": "dense", "units": 10}`, which takes every number of what comes in, as one long row,
#   and has a bias for each unit.

# %% [markdown]
# ### Exercise 8: `count_parameters` (3 points, 15 minutes, medium)
#
# Walk through the layers, and keep the shape (height, width, channels) of what comes out of each.


# %%
def count_parameters(input_shape, layers):
    """Count the numbers that a network learns, without building it.

    input_shape: of one image, a tuple (height, width, channels). layers: a list of dicts as above.
    A window that would stick out of the (padded) image is left away, as in section 2.
    Returns a list with a tuple of two integers for each layer: (weights, biases).
    """
    counts = []
    ### BEGIN SOLUTION
    height, width, channels = input_shape
    for layer in layers:
        if layer["kind"] == "conv":
            k, p, s = layer["kernel"], layer["padding"], layer["stride"]
            filters = layer["filters"]
            counts.append((k * k * channels * filters, filters))
            height, width = ((n + 2 * p - k) // s + 1 for n in (height, width))
            channels = filters
        elif layer["kind"] == "pool":
            counts.append((0, 0))
            height, width = (n // layer["size"] for n in (height, width))
        else:
            units = layer["units"]
            counts.append((height * width * channels * units, units))
            height, width, channels = 1, 1, units
    ### END SOLUTION
    return counts


lab.check("count_parameters", count_parameters)

# %% [markdown]
# Compare with what you have written down. The weights of the filter do not depend on the size of
# the image at all.


# %%
def conv(filters, kernel, padding=0, stride=1):
    """Describe a convolutional layer."""
    values = {"filters": filters, "kernel": kernel, "padding": padding, "stride": stride}
    return {"kind": "conv"} | values


def dense(units):
    """Describe a dense layer."""
    return {"kind": "dense", "units": units}


questions = {
    "28 x 28 to 24 x 24, dense": ((28, 28, 1), dense(24 * 24)),
    "28 x 28 to 24 x 24, one filter": ((28, 28, 1), conv(1, 5)),
    "1,000 units to 1,000": ((1, 1, 1000), dense(1000)),
    "100 filters of 3 x 3, in colour": ((224, 224, 3), conv(100, 3)),
}

# %%
for question, (shape, layer) in questions.items():
    weights, biases = count_parameters(shape, [layer])[0]
    print(f"{question:32} {weights:>9,} weights, {biases:>5,} biases")

# %% [markdown]
# Is the count right for a whole network? **LeNet-5**, which read cheques in the 1990s (LeCun and
# others, 1998), in the form of section 4. Keras builds it, and counts too.
#
# **Before you run the next two cells:** which of its layers has most of the weights?

# %%
LENET = [conv(6, 5, padding=2), {"kind": "pool", "size": 2}, conv(16, 5)]
LENET += [{"kind": "pool", "size": 2}, dense(120), dense(84), dense(10)]


def keras_network(input_shape, layers):
    """Build what a list of descriptions says, as a Keras model."""
    model = keras.Sequential([keras.Input(input_shape)])
    for layer in layers:
        if layer["kind"] == "conv":
            model.add(keras.layers.ZeroPadding2D(layer["padding"]))
            model.add(keras.layers.Conv2D(layer["filters"], layer["kernel"], layer["stride"]))
        elif layer["kind"] == "pool":
            model.add(keras.layers.AveragePooling2D(layer["size"]))
        else:
            model.add(keras.layers.Flatten())
            model.add(keras.layers.Dense(layer["units"]))
    return model


# %%
counted = keras_network((28, 28, 1), LENET)
of_keras = [layer.count_params() for layer in counted.layers if layer.count_params()]
mine = [sum(count) for count in count_parameters((28, 28, 1), LENET) if sum(count)]
for name, one, other in zip(["C1", "C3", "C5", "F6", "output"], mine, of_keras, strict=True):
    print(f"{name:8} {one:>7,} by count, {other:>7,} in Keras")
print(f"{'in all':8} {sum(mine):>7,} by count, {counted.count_params():>7,} in Keras")
assert mine == of_keras

# %% [markdown]
# Nearly all weights sit in the dense layers, nearly all work is done in the convolutions. This is
# so in AlexNet and VGG too, and one reason why later networks have hardly any dense layers left.
#
# ### Receptive field
#
# The **receptive field** of a unit is the part of the image that can change its value. In the
# first layer it is the kernel's window. In the second, it is all that the windows of a window see.
# Here in one dimension: each layer has kernels of 3. On the right each layer's window has gaps: it
# takes every second unit, then every fourth. This is **dilation**, and costs no more weights.


# %% tags=["hide-input"]
def draw_field(ax, dilations, title, width=17):
    """Draw which units of each layer the middle unit at the top depends on; kernels of 3."""
    seen, colours = {width // 2}, list(plots.PALETTE.values())
    for depth, dilation in reversed(list(enumerate(dilations, 1))):
        below = {unit + step * dilation for unit in seen for step in (-1, 0, 1)}
        for unit in seen:
            for step in (-1, 0, 1):
                ax.plot([unit, unit + step * dilation], [depth, depth - 1], color="#888888", lw=0.8)
        ax.plot(sorted(seen), [depth] * len(seen), "o", color=colours[1], ms=6)
        seen = below
    ax.plot(sorted(seen), [0] * len(seen), "s", color=colours[0], ms=6)
    ax.set(title=title, xlim=(-0.5, width - 0.5), xlabel="place", yticks=range(len(dilations) + 1))
    ax.set_yticklabels(["pixels", *(f"layer {n}" for n in range(1, len(dilations) + 1))])
    ax.grid(False)


# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=9, height=2.6)
draw_field(axes[0], [1, 1, 1], "dilation 1, 1, 1")
draw_field(axes[1], [1, 2, 4], "dilation 1, 2, 4")
plots.show(
    fig,
    alt="Two networks of three layers, and which units the middle unit of the third depends on. "
    "Left, without dilation, the lines widen by one place on each side with every layer. Right, "
    "with dilations 1, 2 and 4, they widen by 4, 2 and 1 places on each side, and reach every "
    "pixel of a field more than twice as wide.",
)

# %% [markdown]
# **Before you go on:** count the blue pixels. How does the field grow with a fourth layer, left and
# right?
#
# A stride changes the picture: behind a layer with stride 2, units that are neighbours see windows
# that lie two pixels apart, and every later window spans twice as much of the image. So carry two
# numbers from layer to layer: the size of the field so far, and how many pixels of the image lie
# between two neighbouring units. For pooling it is all the same: it is a layer with a window and a
# stride too.

# %% [markdown]
# ### Exercise 9: `receptive_field` (2 points, 10 minutes, medium)
#
# In one dimension; in two it goes for rows and columns alike. Count from the first pixel that
# matters to the last, gaps included.


# %%
def receptive_field(layers):
    """Return how many pixels a unit of the last layer sees, from the first to the last of them.

    layers: a list of tuples (kernel, stride, dilation), three integers, from the image upwards.
    With a dilation of d, the kernel takes every d-th unit of the layer below. Padding plays no
    part. Returns an integer; without a layer it is 1.
    """
    ### BEGIN SOLUTION
    field, jump = 1, 1
    for kernel, stride, dilation in layers:
        field += (kernel - 1) * dilation * jump
        jump *= stride
    return field
    ### END SOLUTION


lab.check("receptive_field", receptive_field)

# %% [markdown]
# Is it true of a real network? Build it in Keras, change one pixel, and see whether the middle unit
# of the last layer moves. Then the next pixel, and so on. We put all these images into one batch,
# and fill the kernels with ones, so that no two changes cancel.


# %%
def measured_field(layers, pixels=160):
    """Return which pixels move the middle unit of the last layer: the change of it, (pixels,)."""
    model = keras.Sequential([keras.Input((pixels, 1))])
    for kernel, stride, dilation in layers:
        model.add(
            keras.layers.Conv1D(
                1, kernel, stride, dilation_rate=dilation, kernel_initializer="ones"
            )
        )
    image = np.random.default_rng(SEED).normal(size=pixels)
    outputs = np.asarray(model(np.vstack([image, image + np.eye(pixels)])[..., None]))
    middle = outputs[:, outputs.shape[1] // 2, 0]
    return middle[1:] - middle[0]


def extent(changes):
    """Return the distance from the first to the last pixel that changes something, both counted."""
    places = np.flatnonzero(np.abs(changes) > 0.5)
    return int(places[-1] - places[0] + 1)


# %%
stacks = {
    "kernels of 3": [[(3, 1, 1)] * depth for depth in range(1, 7)],
    "kernels of 3, dilation 1, 2, 4, ...": [
        [(3, 1, 2**n) for n in range(depth)] for depth in range(1, 7)
    ],
}
fig, ax = plots.figure(width=6.5)
for name, networks in stacks.items():
    computed = [receptive_field(layers) for layers in networks]
    measured = [extent(measured_field(layers)) for layers in networks]
    ax.plot(range(1, 7), computed, label=f"computed: {name}")
    points = ax.plot(range(1, 7), measured, "o", color="black", mfc="none", ms=8)
    print(f"{name:36} {computed}")
    assert computed == measured
points[0].set_label("measured")
ax.set(xlabel="layers $i$", ylabel="receptive field (pixels)")
ax.legend()
plots.show(
    fig,
    alt="Receptive field against the number of layers, 1 to 6. Kernels of 3 without dilation: a "
    "slow straight line. With dilation doubling: a curve that doubles with each layer. The "
    "measured points lie on the computed lines.",
)

# %% [markdown]
# **Before you run the next cell:** find a formula in $i$ for each of the two rows of numbers.

# %%
depths = np.arange(1, 7)
print("2 i + 1:       ", (2 * depths + 1).tolist())
print("2^(i + 1) - 1: ", (2 ** (depths + 1) - 1).tolist())

# %% [markdown]
# Last, in two dimensions: the second pooling layer of LeNet-5, with its strides. It has 5 × 5
# units.
#
# **Before you run the next cell:** how many pixels wide is the field of one of them? Is it larger
# than the digit?

# %%
reach = receptive_field([(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1)])
bottom = keras_network((28, 28, 1), [conv(1, 5, padding=2), LENET[1], conv(1, 5), LENET[3]])
bottom.set_weights([np.ones_like(weights) for weights in bottom.get_weights()])
pixels = np.concatenate([np.zeros((1, 784)), np.eye(784)]).reshape(-1, 28, 28, 1)
outputs = np.asarray(bottom(pixels))[:, 2, 2, 0]  # of the middle unit
changes = (outputs[1:] - outputs[0]).reshape(28, 28)
seen = np.flatnonzero(changes.max(axis=1) > 1e-3)
print(f"computed {reach}, measured {len(seen)} pixels in height and width")
assert reach == len(seen) == 16

# %% tags=["hide-input"]
fig, (left, right) = plots.figure(1, 2, width=6, height=2.8)
plots.image(left, digits[labels == 4][0], "a 4, and what the unit sees")
low, high = seen[0] - 0.5, seen[-1] + 0.5
left.plot(
    [low, high, high, low, low], [low, low, high, high, low], color=plots.PALETTE["vermillion"]
)
plots.image(right, changes / changes.max(), "how strongly each pixel moves it")
plots.show(
    fig,
    alt="Left: a handwritten 4 with a frame of 16 by 16 pixels in the middle, which cuts its ends "
    "off. Right: how much each pixel moves the unit: a square of 16 by 16 pixels, strongest in its "
    "middle and faint at its rim.",
)

# %% [markdown]
# Pixels in the middle of the field reach the unit on many paths, those at its rim on few. So the
# field that counts is smaller than the field that is computed.

# %% [markdown]
# ## 4. Networks in Keras
#
# You know now what a convolution computes, what it costs, and how its gradient is found. From here
# on Keras does the arithmetic.

# %%
from course_utils import models, training
from course_utils.interpret import counting, insight
from course_utils.interpret.counting import outline
from course_utils.interpret.receptive import receptive_field_of
from course_utils.models.googlenet import class_names, course_input, googlenet

training.set_seed(SEED)

# %% [markdown]
# ### LeNet-5
#
# At the end of the 1990s this network read more than a tenth of the cheques in the United States
# (LeCun, Bottou, Bengio and Haffner, 1998). Its plan is still that of many networks: convolution
# and pooling take turns, the maps become smaller and more, and dense layers decide. For a digit
# of 28 × 28 pixels:
#
# | layer | | output |
# |---|---|---|
# | convolution | 6 filters of 5 × 5, the border kept, $f$ | 28 × 28 × 6 |
# | max pooling | 2 × 2 | 14 × 14 × 6 |
# | convolution | 16 filters of 5 × 5, the border lost, $f$ | 10 × 10 × 16 |
# | max pooling | 2 × 2 | 5 × 5 × 16 |
# | flatten | | 400 |
# | dense | 120 units, $f$ | 120 |
# | dense | 84 units, $f$ | 84 |
# | dense | one unit for each class, softmax | 10 |
#
# In 1998 the activation $f$ was tanh, today it is ReLU: it is an argument of your function. (In
# 1998 pooling took the mean, and the output was no softmax. The plan is the same.)
#
# **Before you write it:** which layer has most of the weights, and which makes most of the work?

# %% [markdown]
# ### Exercise 10: `lenet` (2 points, 10 minutes, easy)
#
# Build it, for pictures of any shape, any number of classes, and any activation.


# %%
def lenet(input_shape, classes, activation):
    """Return LeNet-5 with max pooling, untrained.

    input_shape: (height, width, channels) of one picture. classes: how many there are. activation:
    of the two convolutions and the two hidden dense layers, by Keras's name, such as "relu".
    Returns a Keras model, Sequential or Functional, from (batch, height, width, channels) to
    probabilities (batch, classes), with the layers of the table above.
    """
    ### BEGIN SOLUTION
    layers = keras.layers
    plan = [
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation=activation),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 5, activation=activation),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(120, activation=activation),
        layers.Dense(84, activation=activation),
        layers.Dense(classes, activation="softmax"),
    ]
    return keras.Sequential(plan)
    ### END SOLUTION


lab.check("lenet", lenet)

# %% [markdown]
# Where are the weights, and where is the work? A weight of a dense layer is used once for each
# picture. A weight of a filter is used at every place.

# %%
network = lenet((28, 28, 1), 10, "relu")
weighty = [cost for cost in counting.costs(network) if cost.parameters]
names = [f"{cost.kind} {cost.output_shape[-1]}" for cost in weighty]

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=8, height=2.6, sharey=True)
parameters = axes[0].barh(names, [cost.parameters for cost in weighty])
products = axes[1].barh(names, [cost.multiply_adds for cost in weighty], color="#D55E00")
for ax, bars in zip(axes, (parameters, products), strict=True):
    ax.bar_label(bars, fmt="{:,.0f}", padding=3)
axes[0].set(xlabel="parameters", xlim=(0, 60_000), xticks=[])
axes[1].set(xlabel="multiply-adds for one picture", xlim=(0, 300_000), xticks=[])
axes[0].invert_yaxis()
plots.show(
    fig,
    alt="Bars for the five layers that have weights. Parameters: nearly all are in the dense layer "
    f"of 120 units, {weighty[2].parameters:,}; the two convolutions have hardly any. "
    "Multiply-adds: the other way round, most are in the second convolution, "
    f"{weighty[1].multiply_adds:,}, and the first, {weighty[0].multiply_adds:,}.",
)

# %%
print(f"{network.count_params():,} parameters, {counting.multiply_adds(network):,} multiply-adds")
most = max(cost.parameters for cost in weighty) / network.count_params()
in_filters = sum(cost.multiply_adds for cost in weighty if cost.kind == "Conv2D")
assert 0.75 < most < 0.8 and 0.85 < in_filters / counting.multiply_adds(network) < 0.87

# %% [markdown]
# Nearly four fifths of the parameters stand in one dense layer, and six sevenths of the work is
# done in the two convolutions. It is like this in nearly every convolutional network.
#
# ### Training it
#
# We have 4,000 digits to learn from, not the 60,000 of the whole MNIST. So each picture is moved,
# turned and scaled a little at random, and anew in each epoch: **augmentation** of the data. Keras
# has layers for this, which work in training only. The learning rate falls along half a wave of
# the cosine: large steps first, fine ones at the end. (Numbers that are chosen and not learned,
# such as this rate or the number of filters, are called **hyperparameters**.)

# %%
(images, digits), (images_test, digits_test) = datasets.mnist()
X, X_test = images[..., None], images_test[..., None]  # (batch, height, width, 1)
print("X", X.shape, " X_test", X_test.shape)

# %%
jitter = keras.Sequential(
    [
        keras.layers.RandomTranslation(0.1, 0.1, fill_mode="constant"),
        keras.layers.RandomRotation(0.03, fill_mode="constant"),
        keras.layers.RandomZoom(0.1, 0.1, fill_mode="constant"),
    ]
)

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 8, width=8, height=1.2)
plots.image(axes[0], images[0], "original")
for ax in axes[1:]:
    plots.image(ax, np.asarray(jitter(X[:1], training=True))[0, ..., 0])
plots.show(fig, alt="A handwritten digit, and seven times the same, moved, turned or scaled.")


# %%
def compile_for(network, steps, rate=4e-3):
    """Prepare a classifier for this many steps of Adam, whose rate falls from `rate` to 0."""
    network.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps)),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )


# %% [markdown]
# 20 epochs of 63 batches. It takes some ten seconds; `TimeBudget` would end it after a minute on a
# slow machine.
#
# **Before you run the next cell:** the network of lab 2, with dense layers alone, was right in 95
# to 96 %. How many of the remaining mistakes will the convolutions avoid?

# %%
learner = keras.Sequential([keras.Input((28, 28, 1)), jitter, network])
compile_for(learner, steps=20 * 63)
learner.fit(X, digits, batch_size=64, epochs=20, verbose=0, callbacks=[training.TimeBudget(60)])

probabilities = network.predict(X_test, verbose=0)
read = probabilities.argmax(axis=1)
accuracy = np.mean(read == digits_test)
print("97 % or more" if accuracy >= 0.97 else "less than 97 %", "of the test digits are right")
assert accuracy >= 0.965

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 8, width=8, height=1.6)
for ax, index in zip(axes, np.flatnonzero(read != digits_test), strict=False):
    plots.image(ax, images_test[index], f"{digits_test[index]}\nread as {read[index]}")
plots.show(fig, alt="Eight test digits that the network gets wrong: most of them are odd shapes.")

# %% [markdown]
# ### Draw one yourself
#
# A board of 14 × 14 boxes, each of them 2 × 2 pixels of a digit. A click puts ink into a box or
# takes it out; what you have drawn is blurred a little, by your `cross_correlation`, as a pen would
# do it. The network reads along.

# %%
ink = shrunk(images_test[digits_test == 4][0], 2) > 0.3  # (14, 14); a 4 to begin with


def drawn():
    """What is on the board, as a picture (28, 28)."""
    large = np.kron(ink, np.ones((2, 2)))
    return np.minimum(1, 1.3 * cross_correlation(large, gaussian(0.7, 3), padding=1))


def read_along():
    """Show the ink, and the probability of each digit."""
    for pixel, inked in zip(pixels_drawn, ink.ravel(), strict=True):
        pixel.style.button_color = "black" if inked else "lightgrey"
    for bar, probability in zip(read_as, network(drawn()[None, :, :, None])[0], strict=True):
        bar.value = float(probability)


def click(pixel):
    place = np.unravel_index(pixels_drawn.index(pixel), ink.shape)
    ink[place] = not ink[place]
    read_along()


def wipe(_):
    ink[:] = False
    read_along()


# %% tags=["hide-input"]
small_box = ipywidgets.Layout(width="18px", height="18px", margin="0", padding="0")
pixels_drawn = [ipywidgets.Button(layout=small_box) for _ in range(ink.size)]
read_as = [ipywidgets.FloatProgress(max=1.0, description=str(digit)) for digit in range(10)]
wiped = ipywidgets.Button(description="wipe")
for pixel in pixels_drawn:
    pixel.on_click(click)
wiped.on_click(wipe)
read_along()
columns_of_board = ipywidgets.Layout(grid_template_columns="repeat(14, 18px)")
board = ipywidgets.GridBox(pixels_drawn, layout=columns_of_board)
ipywidgets.HBox([board, ipywidgets.VBox([*read_as, wiped])])

# %% [markdown]
# Draw a digit of your own. Then take away one box at a time: which one changes the answer? At last
# draw something that is no digit, and look how sure the network is. We come back to this.
#
# ### Batch normalisation and dropout
#
# Two layers that nearly every later network has, against two different troubles.
#
# **Batch normalisation** (Ioffe and Szegedy, 2015): each layer learns from what the layer before
# it sends, and that changes with every step. So shift it and scale it. (Why this works so well is
# still debated.) For each map, over all places and all examples of the batch, with mean $\mu$ and
# variance $\sigma^2$:
#
# $$\hat{z} = \frac{z - \mu}{\sqrt{\sigma^2 + \epsilon}}, \qquad y = \gamma \, \hat{z} + \beta$$
#
# $\gamma$ and $\beta$ are learned, one of each for every map. In use (**inference**) there may be
# no batch: then running averages of $\mu$ and $\sigma^2$ stand in, which were kept in training.
# (Keras averages over some hundred batches. Our trainings are short, so we ask for a shorter
# memory: `momentum=0.9`.)
#
# **Dropout** (Srivastava and others, 2014): in each training step every unit is silenced with
# some probability, here 0.4. No unit can rely on a certain other one being there, so none learns
# an odd detail that makes sense only together with another odd detail. The units that are left
# send more, so that the sums stay the same. In use all units work. Whatever keeps a network from
# learning its examples by heart is called **regularisation**: dropout, augmentation, small weights
# (weight decay), and to stop in time (early stopping).
#
# We put each in front of layers that have weights. The function takes your LeNet apart, and makes
# a new one of its layers.


# %%
def with_layers(network, before, make):
    """Return a new network: the layers of `network`, with new weights, and one more in front of
    each layer of the class (or classes) `before`, made by make()."""
    layers = [keras.Input(network.input_shape[1:])]
    for layer in network.layers:
        if isinstance(layer, before):
            layers.append(make())
        if not isinstance(layer, keras.layers.InputLayer):
            layers.append(type(layer).from_config(layer.get_config()))
    made = keras.Sequential(layers)
    return made


def normalise():
    return keras.layers.BatchNormalization(momentum=0.9)


def drop():
    return keras.layers.Dropout(0.4)


# %% [markdown]
# To see their effect we make it hard: 1,000 digits to learn from, never moved, and a rate that
# does not fall. 500 others are for **validation**. (The test digits stay out of it, see lab 1.)
#
# **Before you run the next cell:** the loss on the validation digits is usually above that on the
# training digits. For one of the three networks it will be below. Which, and why?

# %%
weighted = (keras.layers.Conv2D, keras.layers.Dense)
variants = {
    "LeNet-5": with_layers(network, (), None),
    "with batch normalisation": with_layers(network, weighted, normalise),
    "with dropout": with_layers(network, keras.layers.Dense, drop),
}
curves = {}
for name, variant in variants.items():
    variant.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    validation = (X[1000:1500], digits[1000:1500])
    curves[name] = variant.fit(
        X[:1000], digits[:1000], batch_size=50, epochs=12, validation_data=validation, verbose=0
    ).history

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 3, width=9, height=3.2, sharey=True)
for ax, (name, curve) in zip(axes, curves.items(), strict=True):
    plots.learning_curve(ax, curve, "loss")
    ax.set(title=name, ylabel="", yscale="log", ylim=(1e-3, 3), xticks=range(2, 13, 2))
axes[0].set_ylabel("loss (cross-entropy)")
axes[0].legend()
plots.show(
    fig,
    alt="Loss over 12 epochs, three panels, logarithmic. LeNet-5: the training loss falls below "
    "0.1, the validation loss stays near 0.3. With batch normalisation both fall faster, and the "
    f"training loss goes on to {curves['with batch normalisation']['loss'][-1]:.3f}. With dropout "
    "the training loss stays above the validation loss, which ends lowest of the three.",
)

# %%
early = {name: curve["val_loss"][2] for name, curve in curves.items()}
late = {name: curve["val_loss"][-1] for name, curve in curves.items()}
print("lowest validation loss after 3 epochs: ", min(early, key=early.get))
print("lowest validation loss after 12 epochs:", min(late, key=late.get))
assert early["with batch normalisation"] < early["LeNet-5"] < early["with dropout"]
assert late["with dropout"] < late["LeNet-5"]

# %% [markdown]
# - **Batch normalisation** is quick: after three epochs its validation loss is about as low as it
#   gets. It does little against overfitting: the training loss goes on down, the other does not.
# - **Dropout** is slow, and protects. Its training loss is measured with many units silent, the
#   validation loss with all of them at work.
#
# ### Inception: several sizes at once
#
# A digit always fills its picture. In a photograph the same dog may fill the picture or a tenth of
# it. Which filter is the right one, 1 × 1, 3 × 3 or 5 × 5? GoogLeNet (Szegedy and others, 2014)
# takes all of them, and a pooling too, and lays their maps behind one another.
#
# A network that branches is no chain. So instead of `Sequential` we use Keras's **Functional**
# interface: a layer is called on what flows into it, and `keras.Model` gets both ends.


# %%
def five(x, filters):
    return keras.layers.Conv2D(filters, 5, padding="same", activation="relu")(x)


def widen(shape, n1, n3, n5, large=five):
    """Filters of three sizes and a pooling, side by side. shape: (height, width, maps). large:
    what the n5 filters are, a function of the input and their number."""
    x = keras.Input(shape)
    branches = [
        keras.layers.Conv2D(n1, 1, padding="same", activation="relu")(x),
        keras.layers.Conv2D(n3, 3, padding="same", activation="relu")(x),
        large(x, n5),
        keras.layers.MaxPooling2D(3, strides=1, padding="same")(x),  # changes no size
    ]
    return keras.Model(x, keras.layers.Concatenate()(branches))


wide = widen((28, 28, 192), n1=64, n3=64, n5=96)
print("maps:", 192, "->", wide.output_shape[-1])
print(f"multiply-adds: {counting.multiply_adds(wide):,}")

# %% [markdown]
# Hundreds of millions, for one step out of nine. Most of it goes into the 5 × 5, which looks at
# 192 maps. And the pooling hands on all of its 192 maps: each step has more maps than the one
# before.
#
# The remedy is a convolution of 1 × 1. It looks at one place, but at all maps there: it computes a
# few new maps as weighted sums of the old ones. Put before the large filters it is a **reduction**
# of the dimension.
#
# A year later Ioffe and Szegedy improved the module. Each convolution got batch normalisation. And
# the 5 × 5 became two 3 × 3, one behind the other: together they see 5 × 5 pixels as well, with 18
# weights instead of 25 and one more ReLU. This is the module that you build:

# %% tags=["hide-input"]
boxes = {
    "input": ("input", 0, 1.5),
    "a": ("1 × 1\nn1", 1.3, 3.1),
    "b1": ("1 × 1\nreduce3", 1.3, 2),
    "b2": ("3 × 3\nn3", 2.5, 2),
    "c1": ("1 × 1\nreduce33", 1.3, 1),
    "c2": ("3 × 3\nn33", 2.5, 1),
    "c3": ("3 × 3\nn33", 3.5, 1),
    "d1": ("max pooling\n3 × 3", 1.3, -0.1),
    "d2": ("1 × 1\nn_pool", 2.5, -0.1),
    "output": ("concatenate", 5.2, 1.5),
}
joins = ["input a", "input b1", "b1 b2", "input c1", "c1 c2", "c2 c3", "input d1", "d1 d2"]
joins += [f"{end} output" for end in ("a", "b2", "c3", "d2")]
fig, ax = plots.figure(width=7.5, height=4)
plots.blocks(ax, boxes, [(*join.split(), 0) for join in joins])
plots.show(
    fig,
    alt="An Inception module: four branches lead from the input to concatenate. First a 1 by 1 "
    "with n1 filters. Second a 1 by 1 with reduce3 and a 3 by 3 with n3. Third a 1 by 1 with "
    "reduce33 and two 3 by 3 with n33 each. Fourth a max pooling over 3 by 3 and a 1 by 1 with "
    "n_pool.",
)

# %% [markdown]
# Each box with a filter size is this:


# %%
def convolve(x, filters, size):
    """Convolution that keeps the size, batch normalisation, ReLU: from x to `filters` maps."""
    # The normalisation subtracts the mean, and with it any bias; its own beta takes its place.
    x = keras.layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
    return keras.layers.ReLU()(normalise()(x))


# %% [markdown]
# ### Exercise 11: `inception_module` (3 points, 20 minutes, medium)
#
# Wire the module of the picture.


# %%
def inception_module(shape, n1, reduce3, n3, reduce33, n33, n_pool):
    """Return an Inception module with dimension reduction as a Functional keras.Model.

    shape: (height, width, maps) of the input. The others: filters in each convolution, as in the
    picture; n33 in each of the two. Every convolution is `convolve`. The pooling leaves the size.
    Returns a model from (batch, height, width, maps) to (batch, height, width, n1 + n3 + n33 +
    n_pool), with the branches in this order.
    """
    ### BEGIN SOLUTION
    x = keras.Input(shape)
    pooling = keras.layers.MaxPooling2D(3, strides=1, padding="same")
    branches = [
        convolve(x, n1, 1),
        convolve(convolve(x, reduce3, 1), n3, 3),
        convolve(convolve(convolve(x, reduce33, 1), n33, 3), n33, 3),
        convolve(pooling(x), n_pool, 1),
    ]
    return keras.Model(x, keras.layers.Concatenate()(branches))
    ### END SOLUTION


lab.check("inception_module", inception_module)

# %% [markdown]
# What does it save? Two things have changed since `widen`: the 5 × 5 has become two 3 × 3, and
# there are reductions. To tell them apart, change one at a time. The numbers of filters are those
# of the first module of Ioffe and Szegedy's network (which pools by average; it costs the same).
#
# **Before you run the next cell:** which of the two changes saves more?


# %%
def twice_three(x, filters):
    for _ in range(2):
        x = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return x


split = widen((28, 28, 192), 64, 64, 96, large=twice_three)
module = inception_module((28, 28, 192), 64, 64, 64, 64, 96, 32)
versions = {"with a 5 x 5": wide, "with two 3 x 3": split, "your module": module}
costs = {name: counting.multiply_adds(model) for name, model in versions.items()}
for name, model in versions.items():
    print(f"{name:15} {model.output_shape[-1]:4} maps {costs[name]:12,} multiply-adds")
by_split, by_reduction = (
    costs[before] / costs[after]
    for before, after in (("with a 5 x 5", "with two 3 x 3"), ("with two 3 x 3", "your module"))
)
print(f"two 3 x 3 save a factor of {by_split:.1f}, the reductions another {by_reduction:.1f}")
assert 1.5 < by_split < by_reduction < 1.8 and module.output_shape[-1] == 64 + 64 + 96 + 32

# %% [markdown]
# The reductions save a little more than the split does, though one of them, behind the pooling,
# costs something. That one keeps the number of maps in check: without it the next module would have
# 416 maps to work on, not 256.
#
# ### Residual units: depth without pain
#
# Through many layers the gradient vanishes, or explodes: you saw it in lab 2. Normalisation
# should have cured that. But in 2015 a normalised network of 56 layers still learned worse than
# one of 20, on the very examples that it was trained on (He, Zhang, Ren and Sun, 2015).
#
# Their remedy: a block of layers need not compute the new maps. It computes what is to be *added*
# to the old ones:
#
# $$y = x + F(x)$$
#
# If nothing is to be changed, $F = 0$ is easy to learn. And the way back has two lanes:
#
# $$\frac{dE}{dx} = \frac{dE}{dy} \left( 1 + \frac{dF}{dx} \right)$$
#
# The 1 is the **shortcut**: whatever the layers of $F$ do to the gradient, it arrives. We build
# the unit of 2016, in which the same authors left nothing at all on the shortcut: normalisation
# and ReLU stand *before* the convolutions. (In 2015 they stood behind them, and a ReLU behind the
# sum.)

# %% tags=["hide-input"]
boxes = {
    "x": ("$x$", 0, 0),
    "n1": ("norm\nReLU", 1.1, 0),
    "c1": ("3 × 3\nstrides", 2.2, 0),
    "n2": ("norm\nReLU", 3.3, 0),
    "c2": ("3 × 3", 4.3, 0),
    "+": ("+", 5.3, 0),
    "y": ("$y$", 6.2, 0),
}
along = list(boxes)
chain = [(start, end, 0) for start, end in zip(along, along[1:], strict=False)]
fig, ax = plots.figure(width=7.5, height=2.2)
plots.blocks(ax, boxes, [*chain, ("x", "+", 0.3)])
ax.text(2.7, 0.8, "shortcut: $x$, or 1 × 1 with the same strides", ha="center")
ax.set_ylim(-0.5, 1)
plots.show(
    fig,
    alt="A residual unit: x leads through normalisation and ReLU, a 3 by 3 convolution with "
    "strides, normalisation and ReLU, and a 3 by 3 convolution to a plus. A shortcut leads from x "
    "to the plus directly, or through a 1 by 1 convolution with the same strides.",
)

# %% [markdown]
# $x$ and $F(x)$ can be added only if they have one shape. Where a unit halves the size (by strides
# of 2) or changes the number of maps, the shortcut needs a **projection**: a convolution of 1 × 1
# with the same strides.
#
# **Before you write it:** which of the two alone, strides or maps, makes the projection necessary?

# %% [markdown]
# ### Exercise 12: `residual_unit` (3 points, 20 minutes, medium)
#
# No convolution has a bias, the projection neither.


# %%
def residual_unit(shape, filters, strides=1):
    """Return a residual unit as a Functional keras.Model.

    shape: (height, width, maps) of the input x. filters: maps of both convolutions. strides: of the
    first convolution; the second has 1.
    F(x): normalise, ReLU, convolution 3 x 3, normalise, ReLU, convolution 3 x 3; the convolutions
    keep the border and have no bias. The shortcut is x itself if F(x) has the shape of x, else a
    convolution 1 x 1 of x, with these strides and no bias. Returns a model from x to the sum.
    """
    ### BEGIN SOLUTION
    x = keras.Input(shape)
    y = keras.layers.ReLU()(normalise()(x))
    y = keras.layers.Conv2D(filters, 3, strides, padding="same", use_bias=False)(y)
    y = keras.layers.ReLU()(normalise()(y))
    y = keras.layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    shortcut = x
    if strides != 1 or shape[-1] != filters:
        shortcut = keras.layers.Conv2D(filters, 1, strides, use_bias=False)(x)
    return keras.Model(x, keras.layers.Add()([shortcut, y]))
    ### END SOLUTION


lab.check("residual_unit", residual_unit)

# %% [markdown]
# A model can be called like a layer, so deep networks are built in a loop. We stack up to 16
# units, 32 convolutions, in three ways: without normalisation; with it; and with shortcuts, your
# units as they are. For the second we take the shortcut away again: $F(x) = y - x$.


# %%
def plain(x):
    for _ in range(2):
        x = keras.layers.Conv2D(x.shape[-1], 3, padding="same", activation="relu")(x)
    return x


def residual(x):
    return residual_unit(x.shape[1:], x.shape[-1])(x)


def normalised(x):
    return residual(x) - x


def tower(*steps):
    """Return a classifier of digits. steps: functions from x to x, after a first convolution to
    7 x 7 pixels and 16 maps. At the end each map is averaged: no large dense layer is needed."""
    x = digit = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(16, 5, strides=4, padding="same")(x)
    for step in steps:
        x = step(x)
    x = keras.layers.ReLU()(normalise()(x))
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(digit, keras.layers.Dense(10, activation="softmax")(x))


# %% [markdown]
# Nothing is trained yet. We ask how long the gradient still is when it arrives at the pixels.
#
# **Before you run the next cell:** without normalisation the gradient vanishes, as in lab 2. What
# will normalisation alone do to it?


# %%
def arriving(network, X, digits):
    """The length of dE/dX: what is left of the gradient after its way through the network."""
    loss = keras.losses.SparseCategoricalCrossentropy()
    return np.linalg.norm(insight.gradient(lambda x: loss(digits, network(x, training=True)), X))


counts = [1, 2, 4, 8, 16]
lengths = {
    step.__name__: [arriving(tower(*[step] * n), X[:100], digits[:100]) for n in counts]
    for step in (plain, normalised, residual)
}

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
for (name, length), style in zip(lengths.items(), ("s--", "^-.", "o-"), strict=True):
    ax.semilogy([2 * n for n in counts], length, style, label=name)
ax.set(xlabel="convolutions in a row", ylabel="length of dE/dX")
ax.legend(loc="lower left")
plots.show(
    fig,
    alt="The length of the gradient at the pixels against the number of convolutions, logarithmic. "
    "Plain: it falls in a straight line, by many orders of magnitude. Normalised: it rises in a "
    "straight line, to a hundred times its first value. Residual: it stays level.",
)

# %%
growth = {name: length[-1] / length[0] for name, length in lengths.items()}
assert growth["plain"] < 1e-3 and growth["normalised"] > 10 and 0.1 < growth["residual"] < 10

# %% [markdown]
# Normalisation keeps what goes *forward* at one size. To do so it divides by small standard
# deviations, and on the way back the same divisions blow the gradient up, layer after layer (Yang
# and others, 2019). The shortcut keeps it level in both directions.
#
# ### Does it matter for learning?
#
# Four towers: of 2 units, 4 convolutions, and of 16 units, 32 convolutions, each with shortcuts and
# without. They learn from 2,500 digits, once.
#
# **Before you run the next two cells:** what will the losses of the four look like?


# %%
class Losses(keras.callbacks.Callback):
    """Keeps the mean loss of the epoch so far, after each step."""

    def on_train_begin(self, logs=None):
        self.means = []

    def on_train_batch_end(self, batch, logs=None):
        self.means.append(logs["loss"])


losses = {}
for units in (2, 16):
    for name, step in (("without shortcuts", normalised), ("residual", residual)):
        stack = tower(*[step] * units)
        compile_for(stack, steps=100, rate=3e-3)
        kept = Losses()
        stack.fit(X[:2500], digits[:2500], batch_size=25, verbose=0, callbacks=[kept])
        losses[units, name] = kept.means

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=8, height=3, sharey=True)
for ax, units in zip(axes, (2, 16), strict=True):
    for name, style in (("without shortcuts", "-."), ("residual", "-")):
        means = losses[units, name]
        ax.plot(range(1, len(means) + 1), means, style, label=name)
    ax.axhline(np.log(10), color="black", linestyle="--", linewidth=1)
    ax.set(title=f"{units} units, {2 * units} convolutions", xlabel="step")
    ax.set(xlim=(0, 101), ylim=(0, 3.2))
axes[0].text(100, np.log(10) + 0.05, "ln 10: guessing", ha="right")
axes[0].set_ylabel("mean loss so far")
axes[1].legend(loc="lower left")
plots.show(
    fig,
    alt="The mean loss over 100 steps, two panels. With 2 units the two curves fall together. With "
    "16 units the residual tower's falls as with 2, the one without shortcuts stays near ln 10.",
)

# %%
for units in (2, 16):
    ends = {name: losses[units, name][-1] for name in ("without shortcuts", "residual")}
    print(f"{units:2} units:", ", ".join(f"{name} {end:.2f}" for name, end in ends.items()))
assert abs(losses[2, "residual"][-1] - losses[2, "without shortcuts"][-1]) < 0.35
assert losses[16, "residual"][-1] < losses[16, "without shortcuts"][-1] - 0.3

# %% [markdown]
# In a shallow network shortcuts hardly matter. In a deep one they decide whether it learns at all.
#
# ### A small ResNet
#
# A whole ResNet has several stages: in each a few units keep the size, and between two of them one
# unit halves it and doubles the maps. Ours has two stages of four units, 18 layers with weights. It
# goes three times through the 4,000 digits. How does it compare with LeNet-5? As parameters we
# count what is learned: the moving averages of a normalisation are kept, not learned.
#
# **Before you run the next two cells:** which of the two has more parameters, which more work?


# %%
def halve(x):
    return residual_unit(x.shape[1:], 2 * x.shape[-1], strides=2)(x)


def learned(model):
    """How many numbers of a model are learned."""
    return sum(int(np.prod(weights.shape)) for weights in model.trainable_weights)


resnet = tower(*[residual] * 4, halve, *[residual] * 3)
compile_for(resnet, steps=3 * 160, rate=3e-3)
resnet.fit(X, digits, batch_size=25, epochs=3, verbose=0)

# %%
for name, model in (("LeNet-5", network), ("ResNet", resnet)):
    accuracy = np.mean(model.predict(X_test, verbose=0).argmax(axis=1) == digits_test)
    print(
        f"{name:8} {counting.depth(model):2} layers, {learned(model):6,} parameters,"
        f" {counting.multiply_adds(model):9,} multiply-adds,"
        f" {'over' if accuracy > 0.93 else 'below'} 93 % right"
    )
assert accuracy > 0.93

# %% [markdown]
# For digits LeNet-5 is enough: it has more epochs behind it, and moved digits. Depth pays where
# the pictures are harder. In section 6 you will see by how much.
#
# ## 5. Looking inside
#
# A trained network is no black box: every number in it can be looked at. The question is which of
# them say something. We ask your LeNet-5 in six ways.
#
# ### What do the filters look for?
#
# The first filters are small pictures themselves. Below each stands its **feature map**: what it
# answers to a 4, at every place.
#
# **Before you run the next cell:** a filter has positive weights (red) above negative ones (blue).
# Which strokes of the 4 will its map show, and which edge of them?

# %%
first, second = [x.name for x in network.layers if isinstance(x, keras.layers.Conv2D)]
four = np.argmax((digits_test == 4) & (probabilities[:, 4] > 0.99))  # the first of these
maps = insight.feature_maps(network, X_test[[four]], [first, second])
filters = network.get_layer(first).get_weights()[0]  # (height, width, channels, filters)

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 7, width=8, height=2.6)
axes[0, 0].set_axis_off()
plots.image(axes[1, 0], images_test[four], "input")
for k, (above, below) in enumerate(axes[:, 1:].T):
    plots.image(above, filters[:, :, 0, k], f"filter {k}", signed=True)
    plots.image(below, maps[first][0, ..., k] / maps[first].max())
plots.show(
    fig,
    alt="Six filters of 5 by 5, positive weights red, negative ones blue, and below each the map "
    "that it makes of a handwritten 4: some show its horizontal strokes, some its upright ones, "
    "some one edge of them only.",
)

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 8, width=8, height=2.4)
for k, ax in enumerate(axes.flat):
    plots.image(ax, maps[second][0, ..., k] / maps[second].max(), f"map {k}")
plots.show(
    fig,
    alt="The sixteen maps of the second convolution for the same 4, 10 by 10 each: most are blank "
    "but for a few dark places, each map at places of its own.",
)

# %% [markdown]
# The filters of the second layer have six channels and cannot be shown as one picture. And what
# they answer to is no longer a stroke. So we turn the question round.
#
# ### Which patches excite a unit most?
#
# Show the network 1,000 digits. Of each digit take the place where a unit answers most strongly,
# and of all these the ten strongest. Then cut out what the unit sees there: its receptive field.
#
# **Before you run the next cell:** 5 × 5 filters, a pooling by 2, again 5 × 5. How many pixels
# does a unit of the second convolution see?

# %%
print("receptive field:", receptive_field_of(network, second).size)
strength = insight.feature_maps(network, X[:1000], second)[second].max(axis=(0, 1, 2))
units = np.argsort(-strength)[:8]  # the eight that answer most strongly
patches = {unit: insight.top_patches(network, X[:1000], second, unit, 10) for unit in units}

# %% tags=["hide-input"]
fig, axes = plots.figure(8, 10, width=8, height=6.4)
for row, unit in zip(axes, units, strict=True):
    for ax, patch in zip(row, patches[unit], strict=True):
        plots.image(ax, patch.pixels[..., 0])
    row[0].set_title(f"unit {unit}", loc="left", fontsize=9)
plots.show(
    fig,
    alt="Eight rows of ten patches of digits, a row for each unit of the second convolution. "
    "Patches in a row are alike: in one row strokes that bend one way, in another a horizontal "
    "stroke, in another a corner or a loop.",
)

# %% [markdown]
# Each row has a theme, though the patches come from different digits: a bend, a corner, the end of
# a stroke. Nobody told the network to look for these. They are what tells the digits apart.
#
# ### What does the answer rest on?
#
# Two ways to ask which pixels matter for one answer:
#
# - **Saliency**, the data gradient (Simonyan, Vedaldi and Zisserman, 2013): how much does the
#   score of the class change with this pixel, $|\partial S_c / \partial x|$? Where a pixel has
#   several channels, the largest of them counts. One pass back gives it.
# - **Occlusion** (Zeiler and Fergus, 2014): cover a square with paper, and look what is left of
#   the probability of the class. One pass forward for each place of the square.
#
# The score $S_c$ is what goes into the softmax. (Once a network is sure, its probabilities hardly
# change with the picture any more; the scores do.)
#
# `insight.gradient(f, x)` returns the slope of a number $f(x)$ with respect to each number of the
# array $x$. $f$ is written with `keras.ops`, whose functions have NumPy's names.

# %% [markdown]
# ### Exercise 13: `saliency` (2 points, 15 minutes, medium)
#
# No picture's score depends on another picture. So one gradient, of the sum of all wanted scores,
# serves the whole batch.


# %%
def saliency(network, images, classes):
    """Return how strongly each pixel changes the score of a class.

    network: a Keras model from images to scores (batch, number of classes). images: float array
    (batch, height, width, channels), which stays as it is. classes: integer array (batch,): for
    each image the class whose score is asked.
    Returns a float array (batch, height, width): the largest |d(score) / d(channel)| among the
    channels of each pixel.
    """
    ### BEGIN SOLUTION
    wanted = np.eye(network.output_shape[-1], dtype="float32")[classes]

    def score(x):
        return keras.ops.sum(network(x) * wanted)

    slopes = insight.gradient(score, images)
    return np.abs(slopes).max(axis=-1)
    ### END SOLUTION


lab.check("saliency", saliency)

# %% [markdown]
# We cover 7 × 7 pixels, and show for each digit an example that can be hurt. The last row is the
# digit covered where it hurts most, with what the network reads then.
#
# **Before you run the next cell:** which part of a 9 must be covered to make it a 4?

# %%
right = np.flatnonzero(read == digits_test)[:120]
kept = insight.occlusion(network, X_test[right], patch=7, stride=3, fill=0.0)  # (120, 8, 8)
chosen = []
for digit in range(10):
    of_digit = np.flatnonzero(digits_test[right] == digit)
    chosen.append(of_digit[kept[of_digit].mean(axis=(1, 2)).argmin()])
examples, kept = X_test[right[chosen]], kept[chosen]
salient = saliency(insight.scores_model(network), examples, np.arange(10))
assert np.allclose(salient, insight.saliency(network, examples), rtol=1e-3, atol=1e-4)

covered = examples.copy()
for picture, left in zip(covered, kept, strict=True):
    row, column = 3 * np.array(np.unravel_index(left.argmin(), left.shape))
    picture[row : row + 7, column : column + 7] = 0
new = network.predict(covered, verbose=0).argmax(axis=1)

# %% tags=["hide-input"]
fig, axes = plots.figure(4, 10, width=9, height=4)
for k, (above, upper, lower, below) in enumerate(axes.T):
    plots.image(above, examples[k, ..., 0])
    plots.image(upper, salient[k] / salient[k].max())
    plots.image(lower, 1 - kept[k])
    plots.image(below, covered[k, ..., 0], f"read as {new[k]}")
for ax, title in zip(axes[:3, 0], ("digit", "saliency", "occlusion"), strict=True):
    ax.set_title(title, loc="left")
plots.show(
    fig,
    alt="Ten digits; below each its saliency, a noisy cloud around the strokes; its occlusion map, "
    "dark where covering costs the answer, in most digits one or two compact places; and the digit "
    "covered there. The network reads most of these as another digit; a person still reads "
    "several of them as what they are.",
)

# %%
print(f"{np.sum(new != np.arange(10))} of 10 are read otherwise with one square covered")
assert np.sum(new != np.arange(10)) >= 5

# %% [markdown]
# Occlusion is slow and easy to read. Saliency is fast and noisy: a ReLU that is closed passes
# nothing, one that is open passes everything, and over the layers this becomes a patchwork.
#
# Your function does not care how large the network is. The course ships a GoogLeNet of half width,
# which learned 200 classes from photographs of 64 × 64 pixels (two fifths of its first answers are
# right, two thirds of its first five). Neither palaces nor flowers are among its classes.
#
# **Before you run the next cell:** what will it say, and which pixels will it say it by?

# %%
large, names = googlenet(), np.array(class_names())
photos = course_input((255 * datasets.photographs()).round().astype("uint8"))
chances = large.predict(photos, verbose=0)
answers = chances.argmax(axis=1)
salient_photos = saliency(insight.scores_model(large), photos, answers)
for what, chance in zip(("palace", "flower"), chances, strict=True):
    best = np.argsort(-chance)[:3]
    print(f"{what}:", ", ".join(f"{names[k]} {chance[k]:.0%}" for k in best))

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 4, width=9, height=2.5)
for k, (left, right) in enumerate(axes.reshape(2, 2)):
    left.imshow((photos[k] + 1) / 2)
    left.set_title(names[answers[k]])
    left.set_axis_off()
    plots.image(right, salient_photos[k] / salient_photos[k].max(), "saliency")
plots.show(
    fig,
    alt="The palace and the flower, 64 by 64 pixels in colour, with the class that GoogLeNet finds "
    "likeliest; beside each its saliency, a cloud of dots: darkest at the tip of the palace's roof "
    "and in the middle of the flower.",
)

# %%
row, column = np.unravel_index(salient_photos[1].argmax(), (64, 64))
print(f"the flower's most salient pixel: row {row}, column {column}")
assert 14 <= row <= 36 and 20 <= column <= 44 and names[answers[1]] == "orange"
assert {"flagpole", "beacon"} <= set(names[np.argsort(-chances[0])[:3]])

# %% [markdown]
# It cannot say "none of these", and so it takes what is most alike: something thin that stands up
# against the sky, something round and orange. Saliency says by what: the tip of the roof, and the
# middle of the flower.
#
# ### Back to the pixels
#
# Which pattern *excites* a unit? **Guided backpropagation** (Springenberg and others, 2014) goes
# back through the network like the gradient, with one change: at each ReLU only what is positive
# goes on. So what would silence units on the way is left out, and what remains is what they
# agree on. (Zeiler and Fergus's deconvolution lets everything positive pass, whether or not the
# unit was open on the way forward.)

# %%
strongest = [patches[unit][0] for unit in units]
sources = X[[patch.image for patch in strongest]]
patterns = [
    insight.reconstruct(network, x[None], second, unit)[0]
    for x, unit in zip(sources, units, strict=True)
]

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 8, width=8, height=2.4)
for ax, picture, unit in zip(axes[0], sources, units, strict=True):
    plots.image(ax, picture[..., 0], f"unit {unit}")
for ax, pattern in zip(axes[1], patterns, strict=True):
    plots.image(ax, pattern[..., 0], signed=True)
plots.show(
    fig,
    alt="Above: for eight units of the second convolution the digit that excites each most. Below: "
    "what guided backpropagation makes of it, a piece of a stroke with its light surroundings in a "
    "window of 14 by 14 pixels, nothing elsewhere.",
)

# %% [markdown]
# The pattern shows what within the patch the unit sees: ink here (red), paper beside it (blue).
# Now the same from the very end, from the unit of the right class, beside the plain gradient.

# %%
last = network.layers[-1].name
gradients = insight.data_gradient(network, examples)
guided = [insight.reconstruct(network, x[None], last, k)[0] for k, x in enumerate(examples)]

# %% tags=["hide-input"]
fig, axes = plots.figure(3, 10, width=9, height=3.1)
for k, (above, middle, below) in enumerate(axes.T):
    plots.image(above, examples[k, ..., 0])
    plots.image(middle, gradients[k, ..., 0], signed=True)
    plots.image(below, guided[k][..., 0], signed=True)
for ax, title in zip(axes[:, 0], ("digit", "gradient", "guided"), strict=True):
    ax.set_title(title, loc="left")
plots.show(
    fig,
    alt="Ten digits, the gradient of each one's class score, a cloud of red and blue dots, and "
    "guided backpropagation, in which the strokes of most digits can be recognised.",
)

# %% [markdown]
# It looks better. Is it truer? Guided backpropagation tends to redraw edges of the input, whatever
# the network has learned (Adebayo and others, 2018). A picture that looks right is no proof.
#
# ### Fooling it
#
# The gradient with respect to the image says how to change the image. In lab 2 we went down, with
# the weights. Now we go **up**, with the pixels, to raise the score of a class that the picture
# does not show. If each pixel may change by a small **radius** only, does the network fall for
# it?
#
# So after each step the image is put back to where it is allowed: within the radius around the
# original, and between 0 (paper) and 1 (ink). And since only these limits matter, not the length
# of the gradient, each step moves every pixel equally far, in the direction of its gradient's
# sign (Madry and others, 2018).

# %% [markdown]
# ### Exercise 14: `fool` (2 points, 15 minutes, medium)
#
# `gradient` is a function that you get: call it with an image, and it returns an array of the same
# shape. NumPy alone is needed.


# %%
def fool(image, gradient, radius, step, steps):
    """Change an image within a radius such that a score grows: projected gradient ascent.

    image: a float array of any shape, from 0 to 1, which stays as it is. gradient: a function from
    an array of that shape to d(score)/d(image) there, of the same shape. radius, step: numbers
    above 0. steps: how many are taken, 0 or more.
    Each step adds `step` times the sign of the gradient at the image as it is by then (nothing
    where it is 0); then every pixel is clipped to within `radius` of the original image, and to
    0 to 1. Returns the changed image, a new array.
    """
    ### BEGIN SOLUTION
    x = image.copy()
    for _ in range(steps):
        x = x + step * np.sign(gradient(x))
        x = np.clip(x, image - radius, image + radius)
        x = np.clip(x, 0, 1)
    return x
    ### END SOLUTION


lab.check("fool", fool)

# %% [markdown]
# Ten copies of the 4, each to be read as another digit. The function takes arrays of any shape,
# so all ten go at once. The score is the logarithm of the probability of the wanted digit.

# %%
wanted = np.arange(10)


def towards_wanted(pictures):
    """d log p(wanted) / d pictures, for ten pictures (10, 28, 28), picture k towards digit k."""

    def score(x):
        return keras.ops.sum(np.eye(10) * keras.ops.log(network(x[..., None]) + 1e-30))

    return insight.gradient(score, pictures.astype("float32"))


def reading(pictures):
    """What the network reads in pictures (batch, 28, 28)."""
    return network.predict(pictures[..., None], verbose=0).argmax(axis=1)


# %% [markdown]
# **Before you run the next cell:** each pixel may become lighter or darker by a fifth of the way
# from paper to ink. Will you see the digit that the network reads?

# %%
copies = np.repeat(images_test[[four]], 10, axis=0)
fooling = fool(copies, towards_wanted, radius=0.2, step=0.02, steps=30)
from_paper = fool(np.zeros((10, 28, 28)), towards_wanted, radius=1.0, step=0.05, steps=40)
now, then = reading(fooling), reading(from_paper)

# %% tags=["hide-input"]
fig, axes = plots.figure(3, 10, width=9, height=3.6)
for k, (above, middle, below) in enumerate(axes.T):
    plots.image(above, fooling[k], f"read as {now[k]}")
    plots.image(middle, fooling[k] - copies[k], signed=True)
    plots.image(below, from_paper[k], f"read as {then[k]}")
plots.show(
    fig,
    alt="Above: ten times the same 4 on a slightly grey ground, read as nearly all ten digits. "
    "Middle: what was added, patterns of red and blue pixels. Below: pictures made in the same way "
    "from white paper, black and white tangles that no person would read, each of them read as a "
    "different digit.",
)

# %% [markdown]
# You still see a 4, ten times. Is the network so easily disturbed by grey pixels? Take any signs,
# instead of those of the gradient:

# %%
noise = 0.2 * np.sign(np.random.default_rng(SEED).normal(size=(100, 28, 28)))
disturbed = np.clip(images_test[four] + noise, 0, 1)
print(f"the gradient's signs: {np.sum(now == wanted)} of 10 are read as wanted")
print(f"any signs:            {np.sum(reading(disturbed) == 4)} of 100 are still read as 4")
assert np.sum(now == wanted) >= 6 and np.sum(then == wanted) >= 8
assert np.sum(reading(disturbed) == 4) >= 90

# %% [markdown]
# Of all directions in which 784 pixels can move, nearly none matters, and one is fatal. In a
# space of so many dimensions many small steps, all in the right direction, add up (Goodfellow and
# others, 2015). And the pictures in the last row show that being sure is no sign of having
# understood: softmax has no way to say "none of these" (Nguyen and others, 2015).
#
# ## 6. Which network when
#
# Now the networks that made history, each of them counted by the same code. `models` builds them.
# `outline` leaves out their weights, which would fill 2 gigabytes. Beside them stand errors of
# **ILSVRC**, the contest on ImageNet: 1.2 million photographs, 1,000 classes, and an answer counts
# as wrong if the true class is not among the first five (the **top-5 error**). Two kinds of error
# are quoted, and often mixed up:
#
# - the **entry** to the contest, on its secret test pictures. It was always an **ensemble**: the
#   mean of several networks of this kind, each looking at many cut-outs of the picture;
# - **one network**, on the validation pictures, as its authors report it.
#
# | | entry | ensemble | one network |
# |---|---|---|---|
# | AlexNet (Krizhevsky and others, 2012) | 16.4 % | 5 networks | 18.2 % |
# | VGG (Simonyan and Zisserman, 2014) | 7.3 % | 7 networks | 16 layers 8.1 %, 19 layers 8.0 % |
# | GoogLeNet (Szegedy and others, 2014) | 6.7 % | 7 networks | 9.15 % |
# | ResNet (He and others, 2015) | 3.57 % | 6 networks | 50 layers 6.7 %, 152 layers 5.7 % |
#
# (AlexNet's 15.3 %, quoted as often, had two more networks, which had learned from further
# pictures. Errors of one network: VGG was laid over whole pictures, the others saw ten cut-outs
# of each.)
#
# **Before you run the next cell:** order the seven by parameters, then by multiply-adds. Is it the
# same order?

# %%
builders = {
    "LeNet-5": models.lenet5,
    "AlexNet": models.alexnet,
    "VGG-16": models.vgg16,
    "VGG-19": models.vgg19,
    "GoogLeNet": lambda: googlenet(weights=None),
    "ResNet-50": models.resnet50,
    "ResNet-152": models.resnet152,
}
entry = {"AlexNet": 16.4, "VGG-16": 7.3, "VGG-19": 7.3, "GoogLeNet": 6.7, "ResNet-152": 3.57}
single = {"AlexNet": 18.2, "VGG-16": 8.1, "VGG-19": 8.0, "GoogLeNet": 9.15}
single |= {"ResNet-50": 6.7, "ResNet-152": 5.7}

# %%
parameters, work = {}, {}
print("             layers    parameters   multiply-adds    entry   one network")
for name, build in builders.items():
    model = outline(build)
    parameters[name], work[name] = learned(model), counting.multiply_adds(model)
    errors = [f"{table[name]} %" if name in table else "–" for table in (entry, single)]
    print(
        f"{name:12} {counting.depth(model):6} {parameters[name]:13,} {work[name]:15,}"
        f" {errors[0]:>8} {errors[1]:>13}"
    )
assert parameters["VGG-16"] == 138_357_544 and parameters["VGG-19"] == 143_667_240
assert 0.95 < parameters["AlexNet"] / parameters["ResNet-152"] < 1.05
assert 15 < work["ResNet-152"] / work["AlexNet"] < 17 and work["ResNet-152"] < work["VGG-16"]
gains = [single[name] - entry[name] for name in entry]
assert min(gains) > 0.7 and max(gains) < 2.6

# %% tags=["hide-input"]
fig, ax = plots.figure(width=7.5, height=4.6)
for name, error in single.items():
    x, area = work[name] / 1e9, parameters[name] / 1e5
    ax.scatter(x, error, s=area, alpha=0.35, color=plots.PALETTE["blue"])
    above, side = np.sqrt(area / np.pi) + 3, "left" if name == "VGG-19" else "right"
    ax.annotate(name, (x, error), (0, above), textcoords="offset points", ha=side)
    if name in entry:
        ax.plot([x, x], [error, entry[name]], ":", color="#555555", linewidth=1)
        ax.plot(x, entry[name], "D", markersize=5, color=plots.PALETTE["vermillion"])
ax.plot([], [], "D", markersize=5, color=plots.PALETTE["vermillion"], label="entry, an ensemble")
ax.scatter(
    [], [], s=250, alpha=0.35, color=plots.PALETTE["blue"], label="one network (area: parameters)"
)
ax.set(xscale="log", xlim=(0.4, 40), ylim=(0, 21))
ax.set_xticks([0.5, 1, 2, 5, 10, 20], labels=["0.5", "1", "2", "5", "10", "20"])
ax.set(xlabel="multiply-adds for one picture (billions)", ylabel="top-5 error (%)")
ax.legend(loc="upper right")
plots.show(
    fig,
    alt="Top-5 error against multiply-adds, logarithmic; the area of a circle is the number of "
    f"parameters. AlexNet: 18 %, {work['AlexNet'] / 1e9:.1f} billion, a middle circle. GoogLeNet: "
    f"9 % at {work['GoogLeNet'] / 1e9:.1f} billion, the smallest circle. ResNet-50: 6.7 % at "
    f"{work['ResNet-50'] / 1e9:.1f} billion, small. VGG-16 and VGG-19: 8 % at 15 and 20 "
    "billion, the largest circles. ResNet-152: 5.7 % at 11 billion, a middle circle. Diamonds for "
    "the entries lie below: 16.4, 7.3, 6.7 and 3.57 %.",
)

# %% [markdown]
# What the picture says:
#
# - **Down and to the left is better.** GoogLeNet and ResNet-50 lie on that edge. VGG lies far from
#   it: ResNet-152 is more than nine times as deep as VGG-16 and makes less work.
# - **Parameters are not work.** AlexNet and ResNet-152 have about equally many parameters;
#   ResNet-152 makes sixteen times the work.
# - **Ensembles buy the last one to two and a half percentage points**, and multiply the work by as
#   many networks.

# %%
vgg = counting.costs(outline(models.vgg16))
largest = max(vgg, key=lambda cost: cost.parameters)
share = largest.parameters / sum(cost.parameters for cost in vgg)
print(f"{share:.0%} of VGG-16's parameters stand in one layer, {largest.name} ({largest.kind}).")

# %% [markdown]
# GoogLeNet and ResNet average each map at the end instead, and have no such layer.
#
# **Before you read on:** which of the seven would you take on a telephone? And with 500 pictures of
# your own?
#
# **How to choose.** Ask what is scarce:
#
# - **Pictures.** With some hundreds or thousands of them, train none of these from the start.
#   Take one that was trained on ImageNet, keep its layers, and learn a new end. ResNet-50 is a
#   good first choice.
# - **Memory, or the length of a download:** count the parameters. GoogLeNet.
# - **Time, or a battery:** count the multiply-adds. GoogLeNet, and its later, smaller relatives.
# - **Nothing but the error counts:** deep residual networks, or several of them.
# - **Small pictures**, 28 to 64 pixels: these networks shrink the picture by 32. Take LeNet-5, or
#   a small ResNet as above.
# - **To understand, or to borrow features that are easy to interpret:** VGG, a chain of 3 × 3.
#
# ## 7. What to take away
#
# - A filter answers where the image looks like it. Its weights are shared by all places: few
#   parameters, much work.
# - A convolution is a matrix product in disguise, forward and backward. Its gradient is checked
#   like any other, and the true convolution, which flips the kernel, turns up on the way back.
# - Sizes, parameters, multiply-adds and receptive fields follow from the plan of a network. Count
#   before you train.
# - Batch normalisation makes learning quick, dropout protects against learning by heart, shortcuts
#   let gradients through a hundred layers.
# - 1 × 1 convolutions change the number of maps, and make large filters affordable.
# - Feature maps, patches, saliency, occlusion and reconstruction show what a network looks at. A
#   network can be sure and wrong, and be made so on purpose.
#
# **Where it leads.** A convolution shares its weights over places. The next lab shares them over
# time: networks that read sequences. The networks of section 6 come back in lab 5, with weights
# that took weeks to learn, and work for you.

# %%
lab.progress()

# %% [markdown]
# **Questions to think about**
#
# 1. In the figure of section 4 the plain network has a vanishing gradient though its activation is
#    ReLU. Keras's weights have variance 2 / (inputs + outputs). Which variance would mend it? (Lab
#    2 knows.)
# 2. Batch normalisation makes the answer to one example depend on the others in its batch. When
#    may that be a problem?
# 3. Put the module of exercise 11 into the ResNet. What would the shortcut need?
# 4. Guided backpropagation through a network that was never trained: what do you expect? Try it.
# 5. You know the radius within which somebody may change your images. How would you train a
#    network that is not fooled?
# 6. A filter answers to a loop wherever it stands. Yet a 6 and a 9 differ in where their loop is.
#    How can a network of filters tell them apart?
# 7. Max pooling with ties gives all of the gradient to one pixel. Would it be wrong to share it?
#
# **Sources**
#
# - I. Sobel and G. Feldman, A 3x3 isotropic gradient operator for image processing, talk at the
#   Stanford Artificial Intelligence Project, 1968.
# - D. Marr and E. Hildreth, Theory of edge detection, Proceedings of the Royal Society B 207, 1980,
#   187–217: the difference of Gaussians.
# - K. Fukushima, Neocognitron, Biological Cybernetics 36, 1980, 193–202.
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document
#   recognition, Proceedings of the IEEE 86(11), 1998, 2278–2324.
# - K. Chellapilla, S. Puri and P. Simard, High performance convolutional neural networks for
#   document processing, IWFHR 2006: convolution as a matrix product.
# - A. Krizhevsky, I. Sutskever and G. E. Hinton, ImageNet classification with deep convolutional
#   neural networks, NIPS 2012.
# - K. Simonyan, A. Vedaldi and A. Zisserman, Deep inside convolutional networks: visualising image
#   classification models and saliency maps, arXiv 1312.6034, 2013.
# - M. D. Zeiler and R. Fergus, Visualizing and understanding convolutional networks, ECCV 2014.
# - N. Srivastava, G. E. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, Dropout: a
#   simple way to prevent neural networks from overfitting, JMLR 15, 2014, 1929–1958.
# - K. Simonyan and A. Zisserman, Very deep convolutional networks for large-scale image
#   recognition, arXiv 1409.1556, 2014 (ICLR 2015).
# - C. Szegedy and others, Going deeper with convolutions, arXiv 1409.4842, 2014 (CVPR 2015).
# - J. T. Springenberg, A. Dosovitskiy, T. Brox and M. Riedmiller, Striving for simplicity: the all
#   convolutional net, arXiv 1412.6806, 2014.
# - S. Ioffe and C. Szegedy, Batch normalization: accelerating deep network training by reducing
#   internal covariate shift, ICML 2015.
# - K. He, X. Zhang, S. Ren and J. Sun, Deep residual learning for image recognition, arXiv
#   1512.03385, 2015 (CVPR 2016); Identity mappings in deep residual networks, ECCV 2016.
# - I. J. Goodfellow, J. Shlens and C. Szegedy, Explaining and harnessing adversarial examples,
#   ICLR 2015.
# - A. Nguyen, J. Yosinski and J. Clune, Deep neural networks are easily fooled, CVPR 2015.
# - O. Russakovsky and others, ImageNet large scale visual recognition challenge, IJCV 115, 2015,
#   211–252.
# - J. Adebayo and others, Sanity checks for saliency maps, NeurIPS 2018.
# - A. Madry and others, Towards deep learning models resistant to adversarial attacks, ICLR 2018.
# - G. Yang and others, A mean field theory of batch normalization, ICLR 2019: why normalisation
#   alone makes gradients explode.
# - V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning, arXiv 1603.07285,
#   2016.
# - F. Yu and V. Koltun, Multi-scale context aggregation by dilated convolutions, ICLR 2016.
# - W. Luo, Y. Li, R. Urtasun and R. Zemel, Understanding the effective receptive field in deep
#   convolutional neural networks, NIPS 2016.
# - Photographs: danielbuechele and vultilion, CC BY 2.0, as scikit-learn ships them.
