# %% [markdown]
# # Lab 6: Autoencoders and unsupervised pretraining
#
# **After this lab you can**
#
# - say what a bottleneck buys over PCA, and what it cannot buy;
# - build a sparse, a denoising and a variational autoencoder in Keras, and say what the codes of
#   these and of four other kinds are good for;
# - derive the gradient of a restricted Boltzmann machine, check it numerically, and train by it;
# - measure when unsupervised pretraining helps, and when it does not.
#
# **Time:** about six hours, in two sittings: sections 1 to 5, and 6 to 10. The exercises take four
# of them.
#
# **It builds on** lab 2 (gradients, and how to check one) and on the Keras models of lab 3. In lab
# 5 labels of one task helped with another. One question runs through this lab: **what can a network
# learn from data that have no labels at all?**
#
# Each exercise ends in `lab.check(...)`. Run its cell as often as you like: the check says what is
# wrong, and on which input. `lab.hint("pca")` gives a hint, and one more each time you call it.
# `lab.progress()` shows what is done. After a restart of the kernel, run the cells of your answers
# again: Run > Run All Above Selected Cell.

# %%
import numpy as np

from course_utils import datasets, plots
from course_utils.lab import Lab

SEED = 1  # another number gives other weights to start from, and the same conclusions

lab = Lab("06_autoencoders")

# %% [markdown]
# ## 1. The best plane: PCA
#
# An image of 8 × 8 pixels is a point in a space of 64 dimensions. Nearly all points of that space
# look like noise. Handwritten digits fill a thin part of it only: a few numbers should be enough to
# say which digit it is, how it leans and how thick the pen was. Such a short description is called
# a **code**, and its numbers are **latent variables**: nobody has measured them. Nobody tells us
# what the code should be, and we use no labels. The only demand is that the image can be restored
# from it.
#
# Take the simplest kind first: $k$ numbers from which the image is restored by a linear map. All
# images that such a code can say lie in a plane of $k$ dimensions through the mean image. Which
# plane loses least? **Principal component analysis** answers (Pearson, 1901). Take the covariance
#
# $$C = \frac{1}{n} \sum_{x} (x - m)(x - m)^T, \qquad m = \frac{1}{n} \sum_{x} x$$
#
# The plane of $k$ dimensions with the least squared error is spanned by the $k$ eigenvectors of $C$
# with the largest eigenvalues, the **principal components**. An eigenvalue is the variance of the
# data in the direction of its eigenvector.
#
# One thing stays open. With $u$, $-u$ is an eigenvector too. So that all of us get the same, turn
# each component such that its number of largest absolute value is positive.

# %% [markdown]
# ### Exercise 1: `pca` (2 points, 15 minutes, medium)
#
# By eigenvectors of the covariance; `np.linalg.eigh` finds them.


# %%
def pca(X, k):
    """Return the mean, the first k principal components and the variances along them.

    X: array (examples, features), one example in a row; it stays as it is. k: 1 to features.
    Returns a tuple: mean, float (features,); components, float (features, k), columns of length 1,
    the one of the largest variance first, each with its number of largest absolute value positive;
    variances, float (k,), eigenvalues of the covariance, which is divided by the number of
    examples.
    """
    ### BEGIN SOLUTION
    mean = X.mean(axis=0)
    Z = X - mean
    values, vectors = np.linalg.eigh(Z.T @ Z / len(Z))  # in ascending order
    variances, components = values[::-1][:k], vectors[:, ::-1][:, :k]
    for u in components.T:
        if u[np.abs(u).argmax()] < 0:
            u *= -1
    return mean, components, variances
    ### END SOLUTION


lab.check("pca", pca)

# %% [markdown]
# What are the directions in which handwritten digits differ most?

# %%
digits8, _ = datasets.digits()
X8 = digits8.reshape(len(digits8), 64).astype(float)
mean8, components8, variances8 = pca(X8, 64)

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 9, width=9, height=1.4)
plots.image(axes[0], mean8.reshape(8, 8), "mean")
for n, ax in enumerate(axes[1:]):
    share = variances8[n] / variances8.sum()
    plots.image(ax, components8[:, n].reshape(8, 8), f"{share:.0%}", signed=True)
plots.show(
    fig,
    alt="The mean of all digits, a blurred spot, and the first eight principal components as "
    "images of positive and negative pixels, each with its share of the variance: from "
    f"{variances8[0] / variances8.sum():.0%} down to {share:.0%}.",
)

# %% [markdown]
# **Before you run the next cell:** how many components restore a digit so that you can read it?


# %%
def restored(X, mean, components):
    """Return rows X (examples, features) as PCA restores them: the nearest points of its plane."""
    return mean + (X - mean) @ components @ components.T


# %% tags=["hide-input"]
counts = [1, 2, 4, 8, 16, 32, 64]
fig, axes = plots.figure(3, 8, width=9, height=3.6)
for row, index in zip(axes, (0, 3, 5), strict=True):
    plots.image(row[0], digits8[index], "original" if index == 0 else "")
    for ax, k in zip(row[1:], counts, strict=True):
        image = restored(X8[index], mean8, components8[:, :k]).reshape(8, 8)
        plots.image(ax, image, f"{k}" if index == 0 else "")
plots.show(
    fig,
    alt="Three digits, restored from 1, 2, 4, 8, 16, 32 and 64 components. With 1 and 2 all look "
    "like blurred spots, with 8 they can be guessed, with 16 they can be read, with 64 they are "
    "the originals.",
)

# %% [markdown]
# ### A network that finds the same plane
#
# Now a network. It has a layer down to $k$ units, the **encoder**, and one back up to 64, the
# **decoder**, and learns to give back its input: an **autoencoder**. Both layers are linear and
# have no bias; the data have mean 0.
#
# $$a = x V, \qquad r = a U$$
#
# Its reconstructions, too, lie in a plane, the one that the rows of $U$ span. If training finds the
# least squared error, it must be PCA's plane. (There are no other minima to get caught in: Baldi
# and Hornik, 1989.) Does it? Two planes in 64 dimensions are compared by their **principal
# angles**: the largest of them is 0 only if the planes are the same.

# %%
import tempfile
from pathlib import Path

import ipywidgets
import keras
from matplotlib.patches import Circle
from scipy.linalg import subspace_angles

# %%
from course_utils import training
from course_utils.interpret import insight
from course_utils.models import autoencoders

training.set_seed(SEED)


# %%
def angle(one, other):
    """The largest angle between the spaces that two sets of columns span, in degrees."""
    return np.degrees(subspace_angles(one, other)).max()


# %%
def train_linear(components, x, steps, seed, every=20):
    """Train a linear autoencoder on all of x at once. Returns it, and the angle between its plane
    and that of the components after each `every` steps, as a dict."""
    training.set_seed(seed)
    model = autoencoders.linear(x.shape[1:], components.shape[1])
    rate = keras.optimizers.schedules.CosineDecay(0.02, steps)
    model.compile(keras.optimizers.Adam(rate), "mse")
    training.build_optimizer(model)  # saves half a second
    angles = {}
    for step in range(1, steps + 1):
        model.train_on_batch(x, x)
        if step % every == 0:
            angles[step] = angle(components, model.get_layer("up").get_weights()[0].T)
    return model, angles


# %% [markdown]
# We train on all examples at once, by Adam with a rate that falls to 0: noise from small batches
# would keep it from settling. The data keep the variances they have. (If all were made equal, every
# plane would be as good as any other.)
#
# **Before you run the next cell:** the weights start at random. Three trainings from three starts:
# will they end in the same weights?

# %%
K, STEPS = 4, 300
centred = X8 - mean8
linear, angles = [], []
for start in range(3):
    model, noted = train_linear(components8[:, :K], centred, STEPS, SEED + start)
    linear.append(model)
    angles.append(noted)

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
for start, noted in enumerate(angles, 1):
    ax.plot(list(noted), list(noted.values()), label=f"start {start}")
ax.axhline(1, color="black", linestyle=":", label="1 degree")
ax.set(yscale="log", xlabel="step", ylabel="largest principal angle (degrees)")
ax.legend()
plots.show(
    fig,
    alt="The largest angle between the network's plane and PCA's against the step, on a "
    "logarithmic scale, for three starts: from about 90 degrees it falls, at different speeds, to "
    "far below 1 degree.",
)

# %%
reached = [noted[STEPS] for noted in angles]
print("largest principal angle:", *(f"{found:.3f}" for found in reached), "degrees")
assert max(reached) < 1

# %% [markdown]
# The planes agree. And the weights?

# %%
filters = {"PCA": components8[:, :K]}
for start, model in enumerate(linear[:2], 1):
    filters[f"start {start}"] = model.get_layer("up").get_weights()[0].T
gap = np.abs(filters["start 1"] - filters["start 2"]).max()
print(f"the largest difference between the weights of two starts: {gap:.2f}")
assert gap > 0.1

# %% tags=["hide-input"]
fig, axes = plots.figure(3, 5, width=6, height=3.6)
for row, (name, columns) in zip(axes, filters.items(), strict=True):
    row[0].text(0.5, 0.5, name, ha="center", va="center")
    row[0].set_axis_off()
    for ax, column in zip(row[1:], columns.T, strict=True):
        plots.image(ax, column.reshape(8, 8), signed=True)
plots.show(
    fig,
    alt="Three rows of four images: the principal components, and the decoder's filters from two "
    "starts. No filter of one row looks like one of another.",
)

# %% [markdown]
# They differ, and must. Take any invertible matrix $A$ of $k \times k$: $(x V A)(A^{-1} U)$ is the
# same reconstruction for every $x$, and nothing in the error tells $U$ from $A^{-1} U$. So the
# network finds the *space* of the principal components; the components themselves, in their
# order and at right angles, it has no reason to find. This is why we measured angles.
#
# A linear autoencoder is a slow PCA, then. What does a network buy that bends?
#
# ## 2. A bottleneck that bends
#
# Put an activation $h$ behind the encoder. And save half of the weights: the way back uses the
# matrix of the way there, transposed. The weights are **tied**. For one image as a column $x$:
#
# $$r(x) = W \, h(W^T x + b)$$
#
# In batches, with an example in each row, as in lab 2: $H = h(X W + b)$, $R = H W^T$.
#
# How does it learn? $W$ is used twice. The chain rule says of a variable that is used twice: the
# gradients of both uses add up.

# %% [markdown]
# ### Exercise 2: `tied_gradients` (3 points, 25 minutes, hard)
#
# With $h = \tanh$ and the squared error, halved, averaged over the $n$ examples:
#
# $$E = \frac{1}{2n} \sum_{\text{examples}} \sum_i (r_i - x_i)^2$$


# %%
def tied_gradients(X, W, b):
    """Return dE/dW and dE/db of an autoencoder with tied weights, R = tanh(X W + b) W^T.

    X: (batch, features). W: (features, units). b: (units,). All are float arrays and stay as they
    are. E: half the squared error, summed over the features, averaged over the batch.
    Returns a tuple (dW, db), float arrays of the shapes of W and b.
    """
    ### BEGIN SOLUTION
    H = np.tanh(X @ W + b)
    R = H @ W.T
    dR = (R - X) / len(X)
    dZ = dR @ W * (1 - H**2)
    dW = X.T @ dZ + dR.T @ H
    db = dZ.sum(axis=0)
    return dW, db
    ### END SOLUTION


lab.check("tied_gradients", tied_gradients)

# %% [markdown]
# Is the formula the gradient? Walk a small step in a random direction, as in lab 2, and compare the
# change of $E$ with what the gradient promises.

# %%
rng = np.random.default_rng(SEED)
W, b, direction = rng.normal(size=(64, 5)) / 8, rng.normal(size=5), rng.normal(size=(64, 5))


def half_squared_error(W):
    return np.sum((np.tanh(X8 @ W + b) @ W.T - X8) ** 2) / 2 / len(X8)


# %%
eps = 1e-5
rise = half_squared_error(W + eps * direction) - half_squared_error(W - eps * direction)
measured = rise / (2 * eps)
promised = np.sum(tied_gradients(X8, W, b)[0] * direction)
print(f"measured {measured:.6f}, promised {promised:.6f}")
assert abs(measured - promised) < 1e-6 * abs(promised)

# %% [markdown]
# ### One layer, called twice
#
# In Keras a layer owns its weights. To share them, share the layer: `TiedDense` goes forward when
# it is called, and back when it is called with `transpose=True`. A Functional model that calls it
# twice holds the kernel once. It is trained once, and saved once:

# %%
x = keras.Input((64,))
both_ways = autoencoders.TiedDense(5, activation="tanh")
tied = keras.Model(x, both_ways(both_ways(x), transpose=True))
for weight in tied.weights:
    print(f"{weight.name:7} {tuple(weight.shape)}")

# %%
with tempfile.TemporaryDirectory() as folder:
    tied.save(Path(folder, "tied.keras"))
    again = keras.saving.load_model(Path(folder, "tied.keras"))
difference = np.abs(np.asarray(tied(X8)) - np.asarray(again(X8))).max()
print(f"saved and loaded: {again.count_params()} weights, largest difference {difference}")
assert difference == 0 and again.count_params() == tied.count_params() == 64 * 5 + 5

# %% [markdown]
# ### What bending cannot do
#
# **Before you go on:** can $r(x) = W \, h(W^T x + b)$ restore images better than PCA with equally
# many numbers in the code? Think of where $r(x)$ can lie.
#
# It cannot, whatever $h$ is. $r(x)$ is $W$ times something: it lies in the plane that the $k$
# columns of $W$ span. And of all planes, PCA's loses least (Bourlard and Kamp, 1988). To win, the
# set of all reconstructions must bend too: the *decoder* needs a hidden layer.
#
# So go deep. 784 pixels, 256 units, 64 units, then the code, and back the same way, all of it
# tied; the outputs are logistic, because pixels lie between 0 and 1. From here on we work with
# MNIST: 4,000 digits to learn from, 1,000 to test on.

# %%
(images, labels), (images_test, labels_test) = datasets.mnist()


def fit(model, x, epochs, rate=6e-3, loss="mse"):
    """Train an autoencoder on x by Adam, whose rate falls along a cosine to 0; batches of 100."""
    steps = epochs * -(-len(x) // 100)
    decay = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(keras.optimizers.Adam(decay), loss)
    training.build_optimizer(model)
    return model.fit(x, x, batch_size=100, epochs=epochs, verbose=0)


# %%
def outputs(model, x):
    """Return what a model makes of x, all of it at once: `predict`, which goes batch by batch,
    takes longer to get started than a thousand images take."""
    return keras.ops.convert_to_numpy(model(x))


def test_error(model, x=images_test):
    """Return the mean squared error per pixel on test images."""
    return float(np.mean((outputs(model, x) - x) ** 2))


# %%
SIZES = (2, 8, 30)
one_layer, deep = {}, {}
for k in SIZES:
    one_layer[k] = autoencoders.tied(
        (28, 28), k, code_activation="tanh", output="linear", use_back_bias=False
    )
    fit(one_layer[k], images, epochs=5)
    deep[k] = autoencoders.tied((28, 28), (256, 64, k))
    fit(deep[k], images, epochs=14 if k == 30 else 8)

# %% [markdown]
# **Before you run the next cell:** on which side of PCA does each of the two stand? Where is the
# gap largest, at 2, 8 or 30 numbers?

# %%
flat, flat_test = (x.reshape(len(x), 784).astype(float) for x in (images, images_test))
mean, components, _ = pca(flat, max(SIZES))
by_pca = {k: restored(flat_test, mean, components[:, :k]) for k in SIZES}
errors = {
    "PCA": {k: float(np.mean((by_pca[k] - flat_test) ** 2)) for k in SIZES},
    "tied, one layer": {k: test_error(one_layer[k]) for k in SIZES},
    "tied, 256-64-k": {k: test_error(deep[k]) for k in SIZES},
}
print("mean squared error per pixel on test digits, by the size of the code")
print(f"{'':18}", *(f"{k:>8}" for k in SIZES))
for name, row in errors.items():
    print(f"{name:18}", *(f"{row[k]:8.4f}" for k in SIZES))
assert all(
    errors["tied, 256-64-k"][k] < errors["PCA"][k] < row[k]
    for k in SIZES
    for row in [errors["tied, one layer"]]
)

lead = {k: 1 - errors["tied, 256-64-k"][k] / errors["PCA"][k] for k in SIZES}
print("the deep one errs less than PCA by", *(f"{share:.0%}" for share in lead.values()))

# %%
chosen = [int(np.flatnonzero(labels_test == digit)[0]) for digit in range(10)]
rows = {"original": images_test[chosen]}
for k in SIZES:
    rows[f"PCA {k}"] = by_pca[k][chosen].reshape(-1, 28, 28)
    rows[f"deep {k}"] = outputs(deep[k], images_test[chosen])


# %% tags=["hide-input"]


def show_images(rows, alt, signed=()):
    """Draw rows of images, a dict from names to (images, height, width), each name on the left.
    The rows named in signed are drawn in colour, each image by its own largest number."""
    fig, axes = plots.figure(len(rows), 2, width=9, height=0.8 * len(rows), width_ratios=(1, 9))
    for (left, ax), (name, pictures) in zip(axes, rows.items(), strict=True):
        left.text(1, 0.5, name, ha="right", va="center")
        left.set_axis_off()
        if name in signed:
            pictures = pictures / np.abs(pictures).max(axis=(1, 2), keepdims=True)
        spaced = np.pad(pictures, ((0, 0), (0, 0), (1, 1)))
        plots.image(ax, np.concatenate(list(spaced), axis=1), signed=name in signed)
    plots.show(fig, alt=alt)


show_images(
    rows,
    alt="Ten digits and what PCA and the deep autoencoder restore from codes of 2, 8 and 30 "
    "numbers. PCA with 2 gives blurred spots, the deep one with 2 digits, some of them the wrong "
    "ones. With 8 PCA is blurred and has grey shadows, the deep one is mostly right. With "
    "30 both can be read, PCA with grey shadows beside the strokes.",
)

# %% [markdown]
# The curved surface wins at every size, and its pictures fail in another way: where PCA gives a
# spot, the deep network draws a digit, now and then the wrong one. The one layer with a bend is the
# last at every size: it lies in a plane, and its tanh is in the way. With a code of two numbers we
# can look at the surface from inside: every test digit at the place of its code.

# %%
places = {
    "PCA": (flat_test - mean) @ components[:, :2],
    "deep autoencoder": outputs(autoencoders.encoder(deep[2]), images_test),
}


# %%
def neighbours_agree(codes):
    """Return the share of codes (batch, 2) whose nearest neighbour has the same label."""
    distances = np.sum((codes[:, None] - codes) ** 2, axis=2)
    np.fill_diagonal(distances, np.inf)
    return np.mean(labels_test[distances.argmin(axis=1)] == labels_test)


agreeing = {name: neighbours_agree(codes) for name, codes in places.items()}
for name, share in agreeing.items():
    print(f"{name}: the nearest of the other codes is of the same digit for {share:.0%}")
assert agreeing["deep autoencoder"] > agreeing["PCA"] + 0.03

# %% tags=["hide-input"]
# A colour for each digit: those of the course without yellow, and three more.
colours = [plots.PALETTE[name] for name in plots.PALETTE if name != "yellow"]
colours += ["#882255", "#999933", "#888888"]


def show_places(ax, codes, title):
    """Write each test digit at the place of its code (batch, 2), in the colour of its class."""
    for (left, up), digit in zip(codes[:500], labels_test, strict=False):
        ax.text(
            left,
            up,
            str(digit),
            color=colours[digit],
            size=7,
            ha="center",
            va="center",
            clip_on=True,
        )
    low, high = np.percentile(codes, [1, 99], axis=0)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    ax.set(title=title, xlabel="first number of the code", ylabel="second number")


# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=9.5, height=4.6)
for ax, (name, codes) in zip(axes, places.items(), strict=True):
    show_places(ax, codes, name)
plots.show(
    fig,
    alt="500 test digits written at the places of their codes of two numbers. PCA: the classes "
    "overlap in one cloud, only 0 and 1 stand apart. Deep autoencoder: many classes form groups "
    "of their own.",
)

# %% [markdown]
# No label was used in training. The classes come apart, farther than in PCA's plane, because images
# of one class look alike.
#
# ## 3. Many units, few of them active
#
# A code need not be short. Let it have *more* numbers than the image has pixels: an
# **overcomplete** code. Then something else must keep the network from copying: only a few units
# may be active for each image. The code is **sparse**. Each image is put together from few parts
# out of a large stock, and a part can be something that deserves a name: a stroke, a bend, a loop.
#
# We work at half the size, 14 × 14 = 196 pixels, with 256 logistic units and tied weights. Two
# penalties are common. $w$ is the weight of the penalty.
#
# - **L1**: $E + w \sum_j |h_j|$. Every activation costs, in proportion.
# - **KL**: every unit should fire with probability $\rho$, say 5 %. It does fire with $\hat\rho_j$,
#   its mean activation over the batch. Compare the two as distributions over "fires" and "is
#   silent", by their **Kullback–Leibler divergence**:
#
# $$E + w \sum_j \mathrm{KL}(\rho \,\|\, \hat\rho_j), \qquad \mathrm{KL}(\rho \,\|\, \hat\rho) =
# \rho \log \frac{\rho}{\hat\rho} + (1 - \rho) \log \frac{1 - \rho}{1 - \hat\rho}$$
#
# It is 0 where a unit fires as often as it should, and grows without limit towards always and
# never: the KL penalty also wakes up units that never fire. L1 lets them die.

# %% [markdown]
# ### Exercise 3: `kl_sparsity` (2 points, 10 minutes, easy)


# %%
def kl_sparsity(A, target):
    """Return the KL penalty on the mean activations of a layer, without the weight w.

    A: float array (batch, units), activations between 0 and 1, neither of them reached. target:
    rho, between 0 and 1. Natural logarithms. Returns a number: the sum over the units of
    KL(rho || mean activation of the unit over the batch).
    """
    ### BEGIN SOLUTION
    often = A.mean(axis=0)
    fires = target * np.log(target / often)
    silent = (1 - target) * np.log((1 - target) / (1 - often))
    return np.sum(fires + silent)
    ### END SOLUTION


lab.check("kl_sparsity", kl_sparsity)

# %% tags=["hide-input"]
often = np.linspace(0.002, 0.998, 400)
fig, ax = plots.figure(width=6)
for rho in (0.05, 0.2, 0.5):
    ax.plot(often, [kl_sparsity(np.array([[p]]), rho) for p in often], label=f"$\\rho$ = {rho}")
ax.set(xlabel="how often the unit fires", ylabel="penalty (nats)", ylim=(0, 3))
ax.legend()
plots.show(
    fig,
    alt="The KL penalty against how often a unit fires, for targets 0.05, 0.2 and 0.5: each curve "
    "is 0 at its target and rises steeply towards 0 and 1.",
)

# %% [markdown]
# Now the whole autoencoder. Two layers that Keras lacks are given: `TiedDense`, which you have just
# seen at work, and `SparsityPenalty("kl", weight, target)`. The latter passes activations on as
# they are, and adds to the model's loss what you have just written, times the weight. A penalty on
# the activations is a form of **regularisation**, as weight decay is one on the weights.

# %% [markdown]
# ### Exercise 4: `sparse_autoencoder` (2 points, 20 minutes, medium)
#
# From images to rows of pixels, from rows to the code, through the penalty, back to rows and back
# to images: after `keras.Input`, four layers and five calls. Besides units and activation,
# `TiedDense` takes `back_activation`, that of the way back, and `use_back_bias=True` if it is to
# have a bias.


# %%
def sparse_autoencoder(shape, units, weight, target):
    """Return a tied autoencoder with a KL penalty on its code: a Functional keras.Model.

    shape: of one image, (height, width). units: of the code; they are logistic. weight and target:
    of the penalty, which stands on the code. The way back has the kernel of the way there,
    transposed, a bias of its own (use_back_bias=True) and logistic outputs.
    The model goes from images (batch, height, width) to reconstructions of the same shape.
    """
    ### BEGIN SOLUTION
    x = keras.Input(shape)
    both_ways = autoencoders.TiedDense(units, "sigmoid", "sigmoid", use_back_bias=True)
    code = both_ways(keras.layers.Flatten()(x))
    code = autoencoders.SparsityPenalty("kl", weight, target)(code)
    row = both_ways(code, transpose=True)
    return keras.Model(x, keras.layers.Reshape(shape)(row))
    ### END SOLUTION


lab.check("sparse_autoencoder", sparse_autoencoder)

# %% [markdown]
# A third way needs no penalty. Let the units be linear and have no bias, and let a unit pass on its
# activation only if it lies above a threshold $\theta$ (Konda, Memisevic and Krueger, 2014):
#
# $$h(a) = \begin{cases} a & a > \theta \\ 0 & \text{else} \end{cases} \; = \; (a > \theta) \, a$$
#
# This looks like ReLU with a bias of $-\theta$, and differs in one thing: what is selected is not
# made smaller by $\theta$. So the selected units restore the image as a linear autoencoder would,
# and each image gets its own small choice of them.

# %% tags=["hide-input"]
a = np.linspace(-2, 3, 501)
fig, ax = plots.figure(width=5, height=2.8)
ax.plot(a, np.maximum(0, a - 1), "--", label="ReLU, $\\max(0, a - 1)$")
ax.plot(a, (a > 1) * a, label="selection, $(a > 1) \\, a$")
ax.set(xlabel="$a$", ylabel="$h$")
ax.legend()
plots.show(
    fig,
    alt="Two activations against a. ReLU with bias -1: 0 up to 1, then a line that rises from 0. "
    "Selection: 0 up to 1, then it jumps to the line h = a.",
)

# %% [markdown]
# Four autoencoders with 256 units: without a penalty, with each of the two, and with the threshold.
#
# **Before you run the next cells:** which of them restores the test digits best? Which filters will
# look like parts of digits?


# %%
def halved(x):
    """Return images (batch, 28, 28) at half their size: the means of blocks of 2 x 2."""
    return x.reshape(len(x), 14, 2, 14, 2).mean(axis=(2, 4))


def layer_of(model, kind):
    """Return a model's layer of a kind; it has to be a layer of the model itself."""
    found = [layer for layer in model.layers if isinstance(layer, kind)]
    assert found, f"The model has no {kind.__name__} among its own layers: put it there directly."
    return found[0]


small, small_test = halved(images), halved(images_test)
sparse = {
    "no penalty": autoencoders.sparse((14, 14), 256, "none"),
    "L1": autoencoders.sparse((14, 14), 256, "l1", weight=1e-3),
    "KL": sparse_autoencoder((14, 14), 256, weight=1e-3, target=0.05),
    "threshold": autoencoders.sparse((14, 14), 256, "threshold", theta=0.5),
}
for model in sparse.values():
    fit(model, small, epochs=12, rate=3e-3)

# %%
code_layers = dict.fromkeys(["L1", "KL"], autoencoders.SparsityPenalty)
code_layers |= {"no penalty": autoencoders.TiedDense, "threshold": autoencoders.Threshold}
active, sparse_errors = {}, {}
print("             error   mean activation   active units per image")
for name, model in sparse.items():
    code = layer_of(model, code_layers[name]).output
    codes = outputs(keras.Model(model.input, code), small_test)
    active[name] = np.sum(codes > 0.1, axis=1).mean()
    error = sparse_errors[name] = test_error(model, small_test)
    print(f"{name:11} {error:7.4f} {codes.mean():17.3f} {active[name]:19.0f} of 256")
assert (
    active["no penalty"] > 200 and max(active[name] for name in sparse if name != "no penalty") < 90
)
assert min(sparse_errors["L1"], sparse_errors["KL"]) > 1.4 * sparse_errors["no penalty"]
assert sparse_errors["threshold"] < 1.15 * sparse_errors["no penalty"]


# %%
def longest_filters(model, count=14):
    """Return every fourth of the longest filters of a tied layer: (count, 14, 14)."""
    kernel = layer_of(model, autoencoders.TiedDense).get_weights()[0]
    order = np.argsort(-np.linalg.norm(kernel, axis=0))[: 4 * count : 4]
    return kernel.T[order].reshape(-1, 14, 14)


# %% tags=["hide-input"]
show_images(
    {name: longest_filters(model) for name, model in sparse.items()},
    signed=sparse,
    alt="Fourteen filters of each of the four models. Without a penalty they look like noise. With "
    "L1 and KL they show pieces of strokes. With the threshold they are strokes, bends and whole "
    "digits before an even ground.",
)

# %% [markdown]
# Without a penalty nearly all units are active in every image, and the filters look like noise:
# with more units than pixels nothing asks for parts. The penalties buy silence with error, and
# pieces of pen strokes appear, clearest with KL. The threshold does not need to pay: a few dozen
# units for each image restore it as well as all 256 did, and their filters are strokes, bends, and
# some whole digits.
#
# ## 4. Codes that withstand
#
# ### Denoising
#
# Another way to keep a network from copying: spoil its input, and ask for the clean one (Vincent
# and others, 2008). A network that copies would now restore the noise. To do better it must know
# what digits look like. Two kinds of noise are common:
#
# - **Gaussian noise**: a random number is added to each pixel;
# - **masking noise**: each pixel is set to 0 with some probability. Where a pixel is missing, its
#   neighbours must say what it was.


# %%
def masked(x, fraction, rng):
    """Return x with each number set to 0 with probability `fraction`; rng: a NumPy generator."""
    return np.where(rng.random(x.shape) < fraction, 0, x)


# %% [markdown]
# Spoiling images by hand would spoil each in one way, once. In Keras the noise is a layer that acts
# in training only, and every image gets new noise in every epoch: this is **augmentation**, done
# inside the model. `keras.layers.GaussianNoise(0.5)` adds numbers with a standard deviation of 0.5;
# the course's `autoencoders.MaskingNoise(0.5)` sets half of the numbers to 0. (`Dropout` sets them
# to 0 as well, but makes up for it: it multiplies what is left.)

# %% [markdown]
# ### Exercise 5: `denoising_autoencoder` (2 points, 15 minutes, medium)
#
# Where must the noise stand, so that the network sees a spoiled image and is compared with the
# clean one? It is fitted with `fit(x, x)`.


# %%
def denoising_autoencoder(shape, units, noise):
    """Return a tied autoencoder that restores what `noise` spoils: a Functional keras.Model.

    shape: of one image, (height, width). units: of the code; they are ReLU. noise: a Keras layer,
    which spoils the input and nothing else. The way back has the kernel of the way there,
    transposed, a bias of its own (use_back_bias=True) and logistic outputs.
    The model goes from images (batch, height, width) to reconstructions of the same shape.
    """
    ### BEGIN SOLUTION
    x = keras.Input(shape)
    both_ways = autoencoders.TiedDense(units, "relu", "sigmoid", use_back_bias=True)
    code = both_ways(keras.layers.Flatten()(noise(x)))
    row = both_ways(code, transpose=True)
    return keras.Model(x, keras.layers.Reshape(shape)(row))
    ### END SOLUTION


lab.check("denoising_autoencoder", denoising_autoencoder)

# %% [markdown]
# Three models that differ in nothing but that layer:

# %%
noises = {
    "no noise": keras.layers.Identity(),
    "masking": autoencoders.MaskingNoise(0.5),
    "Gaussian": keras.layers.GaussianNoise(0.5),
}
denoising = {name: denoising_autoencoder((14, 14), 256, noise) for name, noise in noises.items()}
for model in denoising.values():
    fit(model, small, epochs=7)

# %% [markdown]
# Now the test: digits that the models have not seen, with half of their pixels masked.
#
# **Before you run the next cell:** what will the model return that was trained without noise?

# %%
spoiled = masked(small_test, 0.5, np.random.default_rng(SEED))
cleaned = {name: outputs(model, spoiled) for name, model in denoising.items()}

# %% tags=["hide-input"]
show_images(
    {"spoiled": spoiled[chosen]}
    | {name: pictures[chosen] for name, pictures in cleaned.items()}
    | {"original": small_test[chosen]},
    alt="Ten digits with half of their pixels missing, what three autoencoders make of them, and "
    "the originals. Trained without noise, it returns digits with gaps and grey shadows. Trained "
    "with masking noise, it closes most of the gaps. Trained with Gaussian noise, it closes some "
    "of them, on a slightly grey ground.",
)
# %%
print("mean squared error per pixel, half of the pixels masked")
remaining = {name: np.mean((pictures - small_test) ** 2) for name, pictures in cleaned.items()}
for name, error in {"left as it is": np.mean((spoiled - small_test) ** 2), **remaining}.items():
    print(f"{name:14} {error:.4f}")
assert remaining["masking"] < 0.95 * min(remaining["no noise"], remaining["Gaussian"])
assert max(remaining.values()) < 0.8 * np.mean((spoiled - small_test) ** 2)

# %% [markdown]
# The model that was trained with gaps is best at closing them: it has learned which pixels go
# together, so that a stroke survives the loss of half of its pixels. To ignore bad pixels, as the
# one trained with Gaussian noise does, is another art. An autoencoder withstands the noise that it
# has met.
#
# ### Contractive
#
# Noise asks the *reconstruction* not to change when the input does. One can ask the same of the
# *code*, and without any noise: penalise the derivative of the code with respect to the input
# (Rifai and others, 2011). It is a matrix, the Jacobian $J$ with entries $J_{ji} = \partial h_j /
# \partial x_i$, and its size is measured by the squared **Frobenius norm**, the sum of all its
# squared entries:
#
# $$E + w \; \frac{1}{n} \sum_x \|J(x)\|_F^2, \qquad \|J\|_F^2 = \sum_j \sum_i
# \left( \frac{\partial h_j}{\partial x_i} \right)^2$$
#
# For one logistic layer, $h_j = f(z_j)$ with $z_j = \sum_i x_i W_{ij} + b_j$, it can be written
# down by hand. Recall from lab 2 that the slope of the logistic function is $f'(z) = h (1 - h)$.

# %% [markdown]
# ### Exercise 6: `contractive_penalty` (2 points, 15 minutes, medium)
#
# You need not build a Jacobian: a product of two matrices is enough.


# %%
def contractive_penalty(X, W, b):
    """Return the squared Frobenius norm of dh/dx, averaged over the examples, h = f(X W + b).

    X: (batch, features). W: (features, units). b: (units,). All are float arrays and stay as they
    are. f: the logistic function. Returns a number: for each example the sum over units j and
    features i of (dh_j/dx_i)^2, and the mean of that over the batch.
    """
    ### BEGIN SOLUTION
    H = 1 / (1 + np.exp(-(X @ W + b)))
    slopes = H * (1 - H)
    norms = slopes**2 @ np.sum(W**2, axis=0)  # squared, one for each example
    return np.mean(norms)
    ### END SOLUTION


lab.check("contractive_penalty", contractive_penalty)

# %% [markdown]
# Check it against automatic differentiation: row $j$ of the Jacobian is the gradient of unit $j$
# with respect to the image.

# %%
layer = keras.layers.Dense(6, activation="sigmoid")
some = small[:50].reshape(50, 196)
layer(some)  # makes its weights
jacobian = np.stack(
    [insight.gradient(lambda x, j=j: keras.ops.sum(layer(x)[:, j]), some) for j in range(6)], axis=1
)
by_autodiff = np.mean(np.sum(jacobian**2, axis=(1, 2)))
by_hand = contractive_penalty(some, *layer.get_weights())
print(f"Jacobian {jacobian.shape}: by autodiff {by_autodiff:.6f}, by hand {by_hand:.6f}")
assert abs(by_hand - by_autodiff) < 1e-4 * by_autodiff

# %% [markdown]
# Train one, and measure the models that have logistic units: how much does the code move?
#
# **Before you run the next cell:** a sparse unit is silent for most images. Has the sparse model of
# section 3 a small Jacobian, too?

# %%
contractive = autoencoders.contractive((14, 14), 256, weight=1e-3)
fit(contractive, small, epochs=7)
rows_test = small_test.reshape(len(small_test), 196)
logistic = {"no penalty": sparse["no penalty"], "KL": sparse["KL"], "contractive": contractive}
norms, prices = {}, {}
print("              error   ||J||^2")
for name, model in logistic.items():
    W, b = layer_of(model, autoencoders.TiedDense).get_weights()[:2]
    norms[name], prices[name] = contractive_penalty(rows_test, W, b), test_error(model, small_test)
    print(f"{name:11} {prices[name]:7.4f} {norms[name]:9.2f}")
assert max(norms["contractive"], norms["KL"]) < 0.5 * norms["no penalty"]
assert prices["no penalty"] < prices["contractive"] < prices["KL"]

# %% [markdown]
# Yes: a unit that is nearly silent is also flat, since $h (1 - h)$ is small where $h$ is near 0. So
# the sparse model withstands small changes as well, without having been asked. The one that was
# asked pays less for it in error.

# %% [markdown]
# ### Convolutional
#
# A digit moved by two pixels is the same digit, but for a dense layer it is another input
# altogether. Lab 3's answer holds here too: convolutions on the way there, with strides that halve
# the size, and **transposed** convolutions on the way back, the very operation that took gradients
# back through a convolution. The code of 30 numbers stays, so that it can be compared.

# %%
convolutional = autoencoders.convolutional((28, 28), 30, filters=(8, 16))
fit(convolutional, images, epochs=7, rate=1e-2)
contest = {"PCA": errors["PCA"][30], "tied, 256-64-30": errors["tied, 256-64-k"][30]}
contest["convolutional"] = test_error(convolutional)
weights = [784 * 31, deep[30].count_params(), convolutional.count_params()]
for (name, error), count in zip(contest.items(), weights, strict=True):
    print(f"{name:16} {error:.4f}   {count:>9,} weights")
assert contest["convolutional"] < 1.1 * contest["tied, 256-64-30"] < contest["PCA"]
assert weights[2] < 0.26 * weights[1]

# %% [markdown]
# The convolutional one does as well as the dense one, with a quarter of its weights and half of
# its epochs. It need not learn a stroke anew at every place.
#
# ### Variational
#
# Can an autoencoder draw *new* digits? Take any point in the space of codes and decode it. But
# which points? Between the codes of real digits there may be holes, where the decoder was never
# asked to do anything sensible. The **variational** autoencoder (Kingma and Welling, 2014) closes
# them. Its encoder gives each image not a point but a small cloud, a normal distribution with mean
# $\mu$ and standard deviation $\sigma$ in each direction, and the code is drawn from it:
#
# $$z = \mu + \sigma \, \epsilon, \qquad \epsilon \sim N(0, 1)$$
#
# Written like this, with the randomness in $\epsilon$, the gradient reaches $\mu$ and $\sigma$.
# This is the **reparametrisation**. The loss has two terms that pull against one another:
#
# - **restore**: $-\log p(x \mid z)$. With logistic outputs it is the cross-entropy of lab 2, summed
#   over the pixels. It wants clouds so small that no two images share one.
# - **stay close to the standard normal distribution**: the divergence of the cloud from $N(0, 1)$.
#   It wants all clouds in one place, wide and overlapping.
#
# $$\mathrm{KL}\left( N(\mu, \sigma^2) \,\|\, N(0, 1) \right) = \frac{1}{2} \sum_j \left(
# \sigma_j^2 + \mu_j^2 - 1 - \log \sigma_j^2 \right)$$
#
# What is to come of the quarrel: clouds side by side that fill the middle of the space without
# holes. Then one can draw $z$ from $N(0, 1)$, the **prior**, and decode. The sum of both terms,
# averaged, is an upper bound of $-\log p(x)$. The encoder gives $\log \sigma^2$, which may be any
# number.

# %% [markdown]
# ### Exercise 7: `gaussian_kl` (2 points, 10 minutes, easy)


# %%
def gaussian_kl(mean, log_variance):
    """Return the divergence of N(mean, exp(log_variance)) from N(0, 1), in nats.

    mean, log_variance: float arrays (batch, units), the latter the natural logarithm of sigma^2.
    Returns a float array (batch,): for each example the sum over the numbers of its code.
    """
    ### BEGIN SOLUTION
    return 0.5 * np.sum(np.exp(log_variance) + mean**2 - 1 - log_variance, axis=1)
    ### END SOLUTION


lab.check("gaussian_kl", gaussian_kl)

# %% [markdown]
# The layer `autoencoders.GaussianCode()` does the rest. Called on a list of two tensors, $\mu$ and
# $\log \sigma^2$, it returns $z$, drawn anew each time in training, and adds the divergence to the
# loss. In use (at **inference**) nothing is drawn: it returns $\mu$.

# %% [markdown]
# ### Exercise 8: `variational_autoencoder` (3 points, 25 minutes, medium)
#
# Nothing is tied here: there is a dense layer of `hidden` ReLU units on the way there, and another
# one on the way back. Both $\mu$ and $\log \sigma^2$ are computed from the first of them, by a
# dense layer each. What range must their activation let them have?


# %%
def variational_autoencoder(shape, units, hidden):
    """Return a variational autoencoder: a Functional keras.Model.

    shape: of one image, (height, width). units: of the code, the numbers of z. hidden: the ReLU
    units of the dense layer before mean and log_variance, and of the one behind the code.
    The pixels are logistic. The model goes from images (batch, height, width) to the probabilities
    of their pixels, of the same shape, and has one GaussianCode among its layers.
    """
    ### BEGIN SOLUTION
    height, width = shape
    x = keras.Input(shape)
    there = keras.layers.Dense(hidden, "relu")(keras.layers.Flatten()(x))
    mean = keras.layers.Dense(units)(there)
    log_variance = keras.layers.Dense(units)(there)
    code = autoencoders.GaussianCode()([mean, log_variance])
    back = keras.layers.Dense(hidden, "relu")(code)
    pixels = keras.layers.Dense(height * width, "sigmoid")(back)
    return keras.Model(x, keras.layers.Reshape(shape)(pixels))
    ### END SOLUTION


lab.check("variational_autoencoder", variational_autoencoder)

# %% [markdown]
# Two numbers are enough for the code, so that we can see all of it. Since the divergence is added
# *inside* a layer, the model is fitted, saved and loaded like any other.

# %%
variational = variational_autoencoder((28, 28), 2, 256)
fit(variational, images, epochs=10, loss=autoencoders.summed_cross_entropy)

gaussian_code = layer_of(variational, autoencoders.GaussianCode)
clouds = keras.Model(variational.input, gaussian_code.input)
means, log_variances = (np.asarray(part) for part in clouds(images_test))
divergence = gaussian_kl(means, log_variances).mean()
drawn = variational(images_test)
restoring = np.mean(autoencoders.summed_cross_entropy(images_test, drawn))
inside = float(variational.losses[0])
print(f"test digits: restoring {restoring:.0f} + divergence {divergence:.1f} nats per digit")
print(f"the divergence that the layer adds to the loss: {inside:.1f}")
assert 0 < divergence < 20 and abs(inside - divergence) < 1e-3 * divergence

# %%
with tempfile.TemporaryDirectory() as folder:
    variational.save(Path(folder, "variational.keras"))
    again = keras.saving.load_model(Path(folder, "variational.keras"))
assert np.array_equal(outputs(again, images_test), drawn)
assert np.isclose(again.losses[0], inside)
print("saved and loaded: the same numbers, and the divergence is still in the loss")

# %% [markdown]
# The space of codes, from -2 to 2 in both directions, decoded point by point: from two numbers to
# a digit.
#
# **Before you run the next cell:** what will stand halfway between a 4 and a 9? And between a 0 and
# a 1?

# %%
steps = np.linspace(-2, 2, 13)
grid = np.array([[left, up] for up in steps[::-1] for left in steps])
decoder = keras.Model(gaussian_code.output, variational.output)
decoded = outputs(decoder, grid).reshape(13, 13, 28, 28)

# %% tags=["hide-input"]
fig, axes = plots.figure(1, 2, width=9.5, height=4.7)
plots.image(axes[0], decoded.transpose(0, 2, 1, 3).reshape(13 * 28, 13 * 28), "decoded")
show_places(axes[1], means, "where the test digits lie")
axes[1].add_patch(Circle((0, 0), 2, fill=False, linestyle=":", linewidth=1.5))
axes[1].set_aspect("equal")
plots.show(
    fig,
    alt="Left: 13 by 13 digits decoded from a grid of codes; neighbours look alike, and one digit "
    "turns into another without a break. Right: the test digits at the places of their codes. Most "
    "of them crowd around 0; some classes lie far out, beyond a dotted circle of radius 2.",
)


# %% tags=["hide-input"]
def show_digit(first, second):
    """Draw the digit that two numbers stand for, and where they lie among the test digits."""
    fig, axes = plots.figure(1, 2, width=7, height=3.4)
    axes[0].scatter(*means.T, c=[colours[digit] for digit in labels_test], s=5)
    axes[0].plot(first, second, "*", color="black", markersize=16, markeredgecolor="white")
    axes[0].set(xlim=(-4, 4), ylim=(-4, 4), xlabel="first number", ylabel="second number")
    picture = outputs(decoder, np.array([[first, second]], "float32"))[0]
    plots.image(axes[1], picture, f"({first:.1f}, {second:.1f})")
    alt = f"The digit decoded from the code ({first:.1f}, {second:.1f}), and its place."
    plots.show(fig, alt=alt)


show_digit(first=0.0, second=0.0)

# %% [markdown]
# **Playground.** Two sliders, and a digit. (On a page without a running notebook the sliders do not
# show; the picture above is what they draw.)
#
# - Walk from a 4 to a 9, and stop where you cannot say which of the two it is.
# - One direction at a time: what changes besides the class? Lean, width, thickness?
# - Go to a corner in which no test digit lies. What does the decoder make of a code that it was
#   never asked about?

# %%
ipywidgets.interactive(
    show_digit,
    first=ipywidgets.FloatSlider(0.0, min=-4, max=4, description="first"),
    second=ipywidgets.FloatSlider(0.0, min=-4, max=4, description="second"),
)

# %% [markdown]
# ### Drawn from the prior
#
# Now let the machine write. Draw $z$ from $N(0, 1)$ and decode it; no image goes in. Beside it, the
# same numbers decoded by section 2's deep autoencoder, whose code has two numbers as well.
#
# **Before you run the next cell:** its codes were not asked to lie anywhere. What will it draw?


# %%
def spread(pictures):
    """Return the mean squared distance, summed over pixels, of two different pictures."""
    return 2 * pictures.var(axis=0).sum() * len(pictures) / (len(pictures) - 1)


rng = np.random.default_rng(SEED)
z = rng.normal(size=(500, 2)).astype("float32")
written = {
    "variational": outputs(decoder, z),
    "section 2": outputs(autoencoders.decoder(deep[2]), z),
}

# %% tags=["hide-input"]
show_images(
    {name: pictures[:14] for name, pictures in written.items()},
    alt="Two rows of fourteen pictures, decoded from the same random codes. Variational: blurred "
    "digits of several kinds. The deep autoencoder of section 2: nearly the same blurred picture "
    "every time.",
)

# %%
print("mean squared distance of two pictures")
variety = {name: spread(pictures) for name, pictures in written.items()}
for name, number in {"test digits, restored": spread(np.asarray(drawn)), **variety}.items():
    print(f"{name:22} {number:5.1f}")
assert variety["variational"] > 1.5 * variety["section 2"]

# %% [markdown]
# The codes of section 2 lie several units apart, so that draws from $N(0, 1)$ all fall into one
# small corner of them. For the variational one, the standard normal distribution is the place to
# draw from. Is it quite? If the clouds together *were* $N(0, 1)$, 86 % of what is drawn from them
# would lie within 2 of the middle, the dotted circle above.

# %%
clouds_drawn = means + np.exp(log_variances / 2) * rng.normal(size=means.shape)
within = np.mean(np.hypot(*clouds_drawn.T) < 2)
print("standard deviations of the codes:", *clouds_drawn.std(axis=0).round(2))
print(f"within 2 of the middle: {within:.0%}; of N(0, 1): {1 - np.exp(-2):.0%}")
assert 0.5 < within < 0.82

# %% [markdown]
# Not quite. The divergence pulls, the restoring pushes, and what training found is a compromise:
# a crowd around 0, and a few classes far outside, where they are easy to tell from all others.
# Drawn from $N(0, 1)$, the digits of the crowd come too often, those of the rim too seldom. And all
# are blurred: two numbers say which digit it is, and not how it was written.

# %% [markdown]
# ## 5. Deep, one layer at a time
#
# Section 2 trained six layers at once, and it went well: ReLU, Adam and good initial weights are
# made for it. In 2006 none of these was at hand. Units were logistic or tanh, gradients vanished
# (lab 2), and deep autoencoders did not learn. What broke the spell was a trick (Hinton and
# Salakhutdinov, 2006; Bengio and others, 2006), **greedy** training, layer by layer:
#
# 1. Train an autoencoder with one layer on the images.
# 2. Take its codes for data, and train the next autoencoder on them. And so on.
# 3. Put all encoders on top of one another, and all decoders in reverse: the whole is **unrolled**.
# 4. **Fine-tune**: train the whole as usual, from these weights.
#
# Each step is an easy problem with one layer. And it needs no labels. Let us have logistic units
# again, and give both ways equally many epochs of the whole network: 5 of fine-tuning after 5 for
# each layer, against 10 at once. (The upper layers are small; an epoch of theirs costs a fraction.)
#
# **Before you run the next cell:** after step 3, before any fine-tuning: is the network closer to
# its start or to its end?

# %%
training.set_seed(SEED)
stacked = autoencoders.pretrain(images, (256, 64, 30), epochs=5, activation="sigmoid")
unrolled_error = test_error(stacked)
tuned = fit(stacked, images, epochs=5).history["loss"]

at_once = autoencoders.tied((28, 28), (256, 64, 30), activation="sigmoid")
start_error = test_error(at_once)
straight = fit(at_once, images, epochs=10).history["loss"]

# %% tags=["hide-input"]
fig, ax = plots.figure(width=6.5)
ax.plot(range(1, 11), straight, label="all at once")
ax.plot(range(6, 11), tuned, label="fine-tuned after greedy training")
ax.plot(5, unrolled_error, "o", color=plots.PALETTE["vermillion"], label="unrolled (test)")
relu = errors["tied, 256-64-k"][30]
ax.axhline(relu, color="black", linestyle=":", label="ReLU, all at once (test)")
ax.set(xlabel="epoch", ylabel="mean squared error per pixel", ylim=(0, 0.12))
ax.legend()
plots.show(
    fig,
    alt="Error against the epoch. All logistic layers at once: it soon stops falling, above 0.05. "
    "Greedy: the unrolled network starts below that at epoch 5, and fine-tuning brings it to "
    "about 0.03. ReLU at once: about 0.016.",
)

# %%
print(f"at the start {start_error:.4f}, unrolled {unrolled_error:.4f},", end=" ")
print(f"fine-tuned {test_error(stacked):.4f}; all at once {test_error(at_once):.4f};", end=" ")
print(f"ReLU at once {relu:.4f}")
assert relu < 0.8 * test_error(stacked) and test_error(stacked) < 0.8 * test_error(at_once)
assert unrolled_error - test_error(stacked) < 0.2 * (start_error - unrolled_error)

# %% [markdown]
# Put together, and before any training of the whole, the stack is close to its end already. With
# logistic units the greedy way wins clearly, and it did so in 2006. But the last line of the
# legend is as true: ReLU units, trained at once (for 14 epochs), do better still, with no trick at
# all. This is what became of greedy training. It showed that deep networks *can* learn, and soon
# nobody needed it for restoring images any more. What unlabelled images are still good for, section
# 9 measures.

# %% [markdown]
# ## 6. The restricted Boltzmann machine
#
# An autoencoder says how to get from the data to a code and back. A **Boltzmann machine** says
# something stronger: how probable each image is. The restricted one (RBM) has two layers of units,
# each 0 or 1. The visible ones $v$ are the pixels, the hidden ones $h$ are features. Each visible
# unit is joined to each hidden one; within a layer there are no joints. That is the restriction.
#
# Each pair of states has an **energy**, and low energy means high probability:
#
# $$E(v, h) = - b \cdot v - c \cdot h - v W h, \qquad p(v, h) = \frac{e^{-E(v, h)}}{Z}, \qquad
# Z = \sum_{v, h} e^{-E(v, h)}$$
#
# $W$ has the shape (visible, hidden), as the kernel of a dense layer; $b$ and $c$ are the biases of
# the visible and of the hidden units. $Z$ is the **partition function**. It makes the probabilities
# add up to 1. For 784 pixels its sum has more terms than there are atoms, so we begin with images
# that are small enough.


# %%
def all_states(units):
    """Return all states of binary units: float (2^units, units)."""
    numbers = np.arange(2**units)
    return ((numbers[:, None] >> np.arange(units)) & 1).astype(float)


# %%
def bars_and_stripes(size):
    """Return all images of full rows or of full columns, each once: float (images, size, size)."""
    lines = all_states(size)
    rows = np.repeat(lines[:, :, None], size, axis=2)
    return np.unique(np.concatenate([rows, rows.transpose(0, 2, 1)]), axis=0)


patterns = bars_and_stripes(4)

# %% tags=["hide-input"]
fig, axes = plots.figure(2, 15, width=9, height=1.5)
for ax, pattern in zip(axes.ravel(), patterns, strict=True):
    plots.image(ax, np.pad(pattern, 1, constant_values=0.3))  # a grey frame
plots.show(
    fig,
    alt="Thirty images of 4 by 4 pixels, each white or black: full rows in some of them, full "
    "columns in the others, one all white and one all black.",
)

# %% [markdown]
# These 30 patterns are our data; there are $2^{16} = 65\,536$ images of 4 × 4 pixels. A machine
# that has learnt them gives each a probability near 1/30, and nothing to the rest.
#
# ### The hidden units are easy to sum over
#
# We see only $v$. Its probability is a sum over all $h$, and that sum falls apart, since the hidden
# units do not talk to each other: each contributes a factor of its own, for its states 0 and 1.
#
# $$\sum_h e^{-E(v, h)} = e^{b \cdot v} \prod_j \left( 1 + e^{x_j} \right) = e^{-F(v)}, \qquad
# x = c + v W$$
#
# $F$ is the **free energy**: what $v$ costs, once the hidden units have adapted to it.
#
# $$F(v) = - b \cdot v - \sum_j \log \left( 1 + e^{x_j} \right)$$

# %% [markdown]
# ### Exercise 9: `free_energy` (2 points, 10 minutes, easy)
#
# A trained machine has inputs $x_j$ of some hundreds, and $e^{1000}$ is no number. Use a form that
# survives it.


# %%
def free_energy(v, W, b, c):
    """Return the free energy of each visible state: float (batch,).

    v: float (batch, visible), 0 or 1. W: (visible, hidden). b: (visible,). c: (hidden,).
    Finite, and right, for inputs c + v W of any size up to 1e6, of both signs.
    """
    ### BEGIN SOLUTION
    x = v @ W + c
    return -v @ b - np.logaddexp(0, x).sum(axis=1)
    ### END SOLUTION


lab.check("free_energy", free_energy)

# %% [markdown]
# Is it true? Here is a machine of 5 visible and 3 hidden units, and the sum over all 8 states of
# $h$, term by term:

# %%
rng = np.random.default_rng(SEED)
W5, b5, c5 = rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=3)
v5, h3 = all_states(5), all_states(3)
energies = -(v5 @ b5)[:, None] - h3 @ c5 - v5 @ W5 @ h3.T
by_terms = -np.log(np.exp(-energies).sum(axis=1))
difference = np.abs(free_energy(v5, W5, b5, c5) - by_terms).max()
print(f"largest difference: {difference:.1e}")
assert difference < 1e-9

# %% [markdown]
# ### How good is a machine?
#
# As good as the probability it gives to the data. With $N$ examples $v^{(n)}$, the mean
# **log-likelihood** is
#
# $$L = \frac{1}{N} \sum_n \log p(v^{(n)}), \qquad \log p(v) = - F(v) - \log Z, \qquad
# Z = \sum_v e^{-F(v)}$$
#
# For our patterns the best that any model can do is $\log(1/30) = -3.40$.
#
# The machine is symmetric: exchange the two layers, $W$ becomes $W^T$, $b$ and $c$ change places,
# and all energies stay. So $Z$ may as well be summed over the hidden states, if there are fewer of
# them.

# %% [markdown]
# ### Exercise 10: `log_likelihood` (2 points, 15 minutes, medium)
#
# `all_states` is given above. Free energies of $-1000$ occur. A log of a sum of exponentials
# survives them if you take the largest exponent out first: $\log \sum_i e^{a_i} = m + \log \sum_i
# e^{a_i - m}$ with $m = \max_i a_i$.


# %%
def log_likelihood(v, W, b, c):
    """Return the mean of log p(v) over a batch, in nats: a float.

    v: float (batch, visible), 0 or 1. W: (visible, hidden). b: (visible,). c: (hidden,). There are
    at most 10 hidden and 16 visible units. Finite for free energies of some thousands.
    """
    ### BEGIN SOLUTION
    exponents = -free_energy(all_states(len(c)), W.T, c, b)
    largest = exponents.max()
    log_z = largest + np.log(np.exp(exponents - largest).sum())
    return float(np.mean(-free_energy(v, W, b, c) - log_z))
    ### END SOLUTION


lab.check("log_likelihood", log_likelihood)

# %% [markdown]
# ### Drawing from the machine
#
# Given $v$, the hidden units are independent, and each is a neuron you know well:
#
# $$p(h_j = 1 \mid v) = \sigma(x_j), \quad x = c + v W, \qquad\qquad
# p(v_i = 1 \mid h) = \sigma(y_i), \quad y = b + h W^T$$
#
# So we can draw all hidden units at once, then all visible ones, and again. Each such step of
# **Gibbs sampling** brings the state closer to a draw from $p(v, h)$, wherever it began.
#
# A unit that fires with probability $p$ is drawn with a number $u$, uniform from 0 to 1: it fires
# if $u < p$. To make the check possible, the uniform numbers are given to you.

# %% [markdown]
# ### Exercise 11: `gibbs_step` (1 point, 10 minutes, easy)


# %%
def sigmoid(x):
    """Return the logistic function of x, elementwise."""
    return np.exp(-np.logaddexp(0, -x))


def gibbs_step(v, W, b, c, u_hidden, u_visible):
    """Draw the hidden units given v, then the visible ones given those.

    v: float (batch, visible), 0 or 1. W: (visible, hidden). b: (visible,). c: (hidden,).
    u_hidden: (batch, hidden) and u_visible: (batch, visible), uniform numbers: a unit becomes 1
    where its number lies below its probability, else 0.
    Returns two float arrays of 0 and 1: the hidden states (batch, hidden), the visible ones
    (batch, visible). v stays as it is.
    """
    ### BEGIN SOLUTION
    h = (u_hidden < sigmoid(v @ W + c)).astype(float)
    visible = (u_visible < sigmoid(h @ W.T + b)).astype(float)
    return h, visible
    ### END SOLUTION


lab.check("gibbs_step", gibbs_step)

# %% [markdown]
# ### The gradient
#
# To learn is to climb $L$. So what is its slope? Take $- F$ apart: its slope with respect to $b_i$
# is $v_i$. With respect to $c_j$ and $W_{ij}$ you need one fact, that the slope of $\log(1 + e^x)$
# is $\sigma(x)$. And for $\log Z$ one more, which the chain rule gives:
#
# $$\frac{\partial \log Z}{\partial \theta} = \frac{1}{Z} \sum_v e^{-F(v)} \,
# \frac{\partial (-F(v))}{\partial \theta}
# = \sum_v p(v) \, \frac{\partial (-F(v))}{\partial \theta}$$
#
# **Before you go on:** put the pieces together on paper, for $\theta = W_{ij}$. Two means appear,
# over two distributions. Which?

# %% [markdown]
# ### Exercise 12: `likelihood_gradient` (3 points, 25 minutes, hard)
#
# By the sum over all states of the visible units: the machines of the check are small.


# %%
def likelihood_gradient(v, W, b, c):
    """Return the gradient of the mean log-likelihood of a batch: (dL/dW, dL/db, dL/dc).

    v: float (batch, visible), 0 or 1. W: (visible, hidden). b: (visible,). c: (hidden,). There are
    at most 16 visible units. The results have the shapes of W, b and c; they are exact, and finite
    for free energies of some thousands. No input is changed.
    """
    ### BEGIN SOLUTION
    states = all_states(len(b))
    exponents = -free_energy(states, W, b, c)
    p = np.exp(exponents - exponents.max())
    p = p / p.sum()
    h, h_states = sigmoid(v @ W + c), sigmoid(states @ W + c)
    dW = v.T @ h / len(v) - (states.T * p) @ h_states
    db = v.mean(axis=0) - p @ states
    dc = h.mean(axis=0) - p @ h_states
    return dW, db, dc
    ### END SOLUTION


lab.check("likelihood_gradient", likelihood_gradient)

# %% [markdown]
# You have derived it; now check it as in lab 2, on the patterns and a machine of 16 visible units.
# Walk a small step in a random direction, both ways, and compare the change of $L$ with the
# promise.

# %%
data = patterns.reshape(len(patterns), -1)
start = [rng.normal(size=shape) / 3 for shape in ((16, 8), 16, 8)]
direction = [rng.normal(size=part.shape) for part in start]


def after(step):
    """The mean log-likelihood of the patterns, a step away in the direction."""
    moved = [part + step * way for part, way in zip(start, direction, strict=True)]
    return log_likelihood(data, *moved)


# %%
measured = (after(eps) - after(-eps)) / (2 * eps)
gradient = likelihood_gradient(data, *start)
promised = sum(np.sum(part * way) for part, way in zip(gradient, direction, strict=True))
print(f"measured {measured:.6f}, promised {promised:.6f}")
assert abs(measured - promised) < 1e-6 * abs(promised)

# %% [markdown]
# In words, the gradient compares two worlds:
#
# $$\frac{\partial L}{\partial W_{ij}} = \langle v_i h_j \rangle_\text{data} -
# \langle v_i h_j \rangle_\text{machine}$$
#
# The first mean is over the examples, with $h$ drawn given $v$. The second is over what the machine
# itself would show. Learning raises the probability of what is seen, and lowers that of what the
# machine dreams up. The gradients of $b$ and $c$ are the same with $v_i$ and with $h_j$ alone.
#
# ### How to get it cheaply
#
# For a machine of any size the second mean would need long sampling. **Contrastive divergence**
# (Hinton 2002) starts at the data and takes only $k$ steps: CD-$k$. Where the last hidden states
# would be drawn, and for the first mean, it takes their probabilities: the same on average, with
# less noise.

# %% [markdown]
# ### Exercise 13: `cd_gradient` (3 points, 20 minutes, hard)


# %%
def cd_gradient(v, W, b, c, u_hidden, u_visible):
    """Return the estimate of CD-k of the gradient of the mean log-likelihood: (dW, db, dc).

    v: float (batch, visible), 0 or 1. W: (visible, hidden). b: (visible,). c: (hidden,).
    u_hidden: (k, batch, hidden), u_visible: (k, batch, visible): the uniform numbers of the k steps
    of Gibbs sampling, the first of which starts at v.
    dW, db, dc have the shapes of W, b, c: means over the batch, on the data minus after k steps,
    with p(h = 1 | v) for h in both. (Going along them goes up.) No input is changed.
    """
    ### BEGIN SOLUTION
    fantasy = v
    for u_h, u_v in zip(u_hidden, u_visible, strict=True):
        _, fantasy = gibbs_step(fantasy, W, b, c, u_h, u_v)
    h = sigmoid(v @ W + c)
    fantasy_h = sigmoid(fantasy @ W + c)
    dW = (v.T @ h - fantasy.T @ fantasy_h) / len(v)
    db = (v - fantasy).mean(axis=0)
    dc = (h - fantasy_h).mean(axis=0)
    return dW, db, dc
    ### END SOLUTION


lab.check("cd_gradient", cd_gradient)

# %% [markdown]
# ### What CD-k gets wrong
#
# `course_utils.models.rbm` holds a class `RBM`, which can have other kinds of units, too, and sums
# the exact gradient over the layer that has fewer units: 256 states in place of your 65,536. We
# train a machine by it, and stop three times. There we ask: in which direction does CD-$k$ point,
# compared with the exact one? The cosine of the angle is 1 if they agree, 0 if they are at right
# angles. Each pattern stands 400 times in the batch, so that most of the noise of the draws
# averages out.
#
# **Before you run the next cell:** where will CD-1 be better, in a young machine or in one that has
# learnt? Think of how far a chain gets in one step.

# %%
from course_utils.models import rbm

# %%
theirs = rbm.exact_gradient(rbm.RBM(*start), data)
assert all(np.allclose(*both) for both in zip(gradient, theirs, strict=True))


def cosine(machine, k, rng):
    """Return the cosine of the angle between the gradient of CD-k and the exact one."""
    v = np.tile(data, (400, 1))
    uniform = [rng.random((k, len(v), units)) for units in machine.W.T.shape]
    parts = cd_gradient(v, machine.W, machine.b, machine.c, *uniform)
    estimate = np.concatenate([part.ravel() for part in parts])
    exact = rbm.exact_gradient(machine, data).flat()
    return estimate @ exact / np.linalg.norm(estimate) / np.linalg.norm(exact)


def climb(machine, updates, rate=0.2):
    """Train a machine in place by its exact gradient."""
    for _ in range(updates):
        gradient = rbm.exact_gradient(machine, data)
        for weight, step in zip((machine.W, machine.b, machine.c), gradient, strict=True):
            weight += rate * step


# %%
rng = np.random.default_rng(SEED)
machine = rbm.RBM(rng.normal(0, 0.1, (16, 8)), np.zeros(16), np.zeros(8))
ks, cosines, trained = [1, 2, 5, 10, 20], {}, 0
for updates in (20, 300, 2000):
    climb(machine, updates - trained)
    trained = updates
    cosines[updates] = [cosine(machine, k, rng) for k in ks]

# %% tags=["hide-input"]
fig, ax = plots.figure()
for (updates, numbers), marker in zip(cosines.items(), "os^", strict=True):
    ax.plot(ks, numbers, marker=marker, label=f"after {updates} updates")
ax.set(xlabel="k, steps of Gibbs sampling", ylabel="cosine with the exact gradient", xscale="log")
ax.set(xticks=ks, xticklabels=ks, ylim=(None, 1.02))
ax.legend()
plots.show(
    fig,
    alt="The cosine between the gradient of CD-k and the exact one over k from 1 to 20, for a "
    "machine after 20, 300 and 2000 updates. After 20 it is between 0.9 and 1 for every k. After "
    "300 it rises from below 0.9 at k = 1 to nearly 1 at k = 5. After 2000 it begins near 0.5 and "
    "rises slowly.",
)

# %%
for updates, numbers in cosines.items():
    print(f"after {updates:4} updates, k = 1 to 20:", *(f"{number:.2f}" for number in numbers))
assert min(cosines[20]) > 0.85 and max(cosines[2000]) < 0.85
assert cosines[300][0] + 0.05 < cosines[300][2] and cosines[300][2] > 0.93

# %% [markdown]
# While the weights are small, a chain forgets its start at once, and one step is enough. (What is
# missing to 1 after 20 updates, at every $k$, is noise: the gradient is still small.) After 300
# updates one step is too short, and five are enough. After 2000, even 20 steps point far away from
# the exact direction. Large weights make deep valleys of low energy, and a chain that starts at the
# data stays in its valley.
#
# **Persistent CD** (Tieleman 2008) draws another conclusion: do not start at the data each time, go
# on where the last chain ended. The machine changes little in one update, so the chains stay close
# to it, and over many updates they get far.
#
# Four ways to learn the patterns. In each, the exact log-likelihood tells the truth:

# %%
ways = {
    "CD-1": {"steps": 1},
    "CD-10": {"steps": 10},
    "persistent, 1 step": {"steps": 1, "persistent": True},
}


def learn(name, seed):
    """Train a machine of 16 and 8 units from a start of its own; return L every 200 updates."""
    start = np.random.default_rng(seed).normal(0, 0.1, (16, 8))
    machine = rbm.RBM(start, np.zeros(16), np.zeros(8))
    trainer = rbm.ContrastiveDivergence(machine, 0.1, seed=seed, **ways[name])
    curve = []
    for update in range(4001):
        if update % 200 == 0:
            curve.append(log_likelihood(data, machine.W, machine.b, machine.c))
        trainer.step(np.tile(data, (4, 1)))
    return curve


curves = {name: learn(name, SEED) for name in ways}

# %%
exact = rbm.RBM(np.random.default_rng(SEED).normal(0, 0.1, (16, 8)), np.zeros(16), np.zeros(8))
curves["exact gradient"] = []
for _ in range(21):
    curves["exact gradient"].append(log_likelihood(data, exact.W, exact.b, exact.c))
    climb(exact, 200, rate=0.1)

# %% tags=["hide-input"]
fig, ax = plots.figure()
for (name, curve), style in zip(curves.items(), ["-", "--", "-.", ":"], strict=True):
    ax.plot(200 * np.arange(21), curve, style, label=name)
ax.axhline(-np.log(30), color="#777777", lw=1, label="the best possible")
ax.set(xlabel="updates", ylabel="mean log-likelihood, nats")
ax.legend()
plots.show(
    fig,
    alt="Mean log-likelihood of the patterns over 4000 updates, for CD-1, CD-10, persistent CD and "
    "the exact gradient. The last three rise from about -11 to a value between -5 and -4; the best "
    "possible is -3.4. CD-1 stays far below.",
)

# %%
print("mean log-likelihood      at its best   at the end")
for name, curve in curves.items():
    print(f"{name:20} {max(curve):12.2f} {curve[-1]:12.2f} nats")
assert all(curves["CD-1"][-1] < curve[-1] - 1 for name, curve in curves.items() if name != "CD-1")

# %% [markdown]
# CD-1 climbs as fast as the others at first, and then stays behind. Does it go down again? That
# depends on where it begins, so here it learns from two more starts:

# %%
starts = [curves["CD-1"], *(learn("CD-1", SEED + more) for more in (1, 2))]
falls = [max(curve) - curve[-1] for curve in starts]
print("CD-1 ends below its best by", ", ".join(f"{fall:.2f}" for fall in falls), "nats")
assert sorted(falls)[1] > 0.15  # from two starts of three at least

# %% [markdown]
# From most starts it passes its best and goes down: it follows a direction that is no longer up.
# One would have to stop in time (**early stopping**), but only our exact sum tells when. Ten steps,
# or chains that persist, come close to the exact gradient at a price that does not grow with the
# size of the machine.
#
# ### Digits
#
# Now 784 pixels and 128 hidden units. $Z$ is out of reach. What can be watched instead is the
# **pseudo-likelihood**: how well is each pixel predicted from all others? For one pixel, only two
# images have to be compared, and $Z$ cancels:
#
# $$\log p(v_i \mid \text{all others}) = \log \sigma \left( F(\tilde v) - F(v) \right),
# \qquad \tilde v: v \text{ with pixel } i \text{ flipped}$$
#
# Two machines, by CD-1 and by persistent CD, with the same rate. It falls to 0: the chains must
# keep up with the machine, and the end of the training should not be noise.

# %%
from threadpoolctl import threadpool_limits

(x_digits, _), (x_test_digits, _) = datasets.mnist()
v_digits = (x_digits.reshape(-1, 784) > 0.5).astype(np.float32)
v_test = (x_test_digits.reshape(-1, 784) > 0.5).astype(np.float32)
frequency = v_digits.mean(axis=0).clip(0.001, 0.999)

# %%
EPOCHS, RATE = 16, 0.05
trainers, likelihoods = {}, {}
for name in ("CD-1", "persistent"):
    digit_machine = rbm.RBM.random(784, 128, SEED)
    digit_machine.b += np.log(frequency / (1 - frequency))  # a good start: each pixel by itself
    trainers[name] = trainer = rbm.ContrastiveDivergence(
        digit_machine, RATE, momentum=0.5, persistent=name == "persistent", seed=SEED
    )
    likelihoods[name] = [digit_machine.pseudo_log_likelihood(v_test)]
    for epoch in range(EPOCHS):
        trainer.rate = RATE * (1 - epoch / EPOCHS)
        trainer.epoch(v_digits, batch=50)
        likelihoods[name].append(digit_machine.pseudo_log_likelihood(v_test))

# %% tags=["hide-input"]
fig, ax = plots.figure()
for (name, numbers), style in zip(likelihoods.items(), ["-", "--"], strict=True):
    ax.plot(numbers, style, label=name)
ax.set(xlabel="epoch", ylabel="log pseudo-likelihood, nats")
ax.legend()
plots.show(
    fig,
    alt="The log pseudo-likelihood of test digits over 16 epochs, for CD-1 and for persistent CD: "
    "both rise, steeply at first, from about -230 to nearly the same value, a little above -110.",
)


# %%
ends = {name: numbers[-1] for name, numbers in likelihoods.items()}
print("log pseudo-likelihood at the end:", *(f"{name} {end:.0f}" for name, end in ends.items()))
assert max(ends.values()) - min(ends.values()) < 12

# %% [markdown]
# By this measure the two machines are hardly apart. But pseudo-likelihood looks one pixel away from
# the data and no farther. Let the machines **dream**: start at noise, and take 300 steps
# of Gibbs sampling, from which the data are absent.
#
# **Before you run the next cell:** which of the two machines should dream better? Recall what CD-1
# got wrong above.

# %%
noise = (np.random.default_rng(SEED).random((50, 784)) < 0.2).astype(np.float32)
dreams = {}
with threadpool_limits(1, "blas"):  # matrices this small only wait for a second core
    for name, trainer in trainers.items():
        state = trainer.machine.sampled(noise, 300, np.random.default_rng(SEED))
        dreams[f"dreams, {name}"] = trainer.machine.reconstruction(state)
kept = trainers["persistent"].machine
dreams["chains, persistent"] = kept.reconstruction(trainers["persistent"].chains)
rows = {
    "hidden units": kept.W.T,
    "test digits": v_test,
    "reconstructed": kept.reconstruction(v_test),
    **dreams,
}

# %% tags=["hide-input"]
show_images(
    {name: images[:12].reshape(12, 28, 28) for name, images in rows.items()},
    signed=("hidden units",),
    alt="Six rows of 12 images. Weights of hidden units: spots and strokes. Test digits. Their "
    "reconstructions, blurred, most of them right. What the CD-1 machine draws from noise: nearly "
    "the same digit again and again. What the persistent one draws: different digits, most of them "
    "can be read. Where the chains of its training stand: digits, with still more variety.",
)


# %%
spreads = {name: spread(images) for name, images in dreams.items()}
print("mean squared distance of two images")
for name, number in {"test digits, restored": spread(rows["reconstructed"]), **spreads}.items():
    print(f"{name:22} {number:5.0f}")
real = spread(rows["reconstructed"])
assert spreads["dreams, CD-1"] < 0.7 * spreads["dreams, persistent"]
assert min(spreads["dreams, persistent"], spreads["chains, persistent"]) > 0.6 * real

# %% [markdown]
# - **CD-1 never looks far from the data.** Valleys of low energy that lie elsewhere it cannot find,
#   so it cannot fill them up. Chains from noise fall into such a valley, most of them into the
#   same.
# - **Persistent chains wander.** Wherever they gather without cause, the next update raises the
#   energy under them. What they find is removed, and their dreams are digits of several kinds.
# - **The last row is where learning left the chains.** While the machine learns, the ground moves
#   under them and carries them from one valley to another. When training stops, the valleys stand
#   still, and a chain may stay in its own for long: it does not **mix**. Good samples remain the
#   hard part of Boltzmann machines.
#
# The rate is a **hyperparameter** that matters much here. If you have a minute, set `RATE` to 0.01
# and look at the dreams again.

# %% [markdown]
# ## 7. Faces: how deep networks began to learn
#
# In 2006 deep autoencoders could not be trained: from random weights they got stuck. Hinton and
# Salakhutdinov trained them in three steps (Science 313, 504-507):
#
# 1. **Pretrain.** Train an RBM on the data. Its hidden units are the data of the next RBM, and so
#    on to the code: a stack.
# 2. **Unroll.** Write the stack out as an autoencoder: up through all machines, and down again with
#    the transposed weights.
# 3. **Fine-tune** all weights by backpropagation.
#
# We repeat it on the faces of the Olivetti laboratory, as they did. The crops of 25 x 25 pixels are
# turned by up to 90 degrees, scaled and shifted at random. People 0 to 29 are for training. **The
# test people, 30 to 39, are never seen in training.**

# %%
faces, people = datasets.faces()
is_training = people < 30
crops, _ = datasets.turned_crops(faces[is_training], 8000, seed=SEED)
test_crops, _ = datasets.turned_crops(faces[~is_training], 2000, seed=SEED + 1)


# %% tags=["hide-input"]
def show_rows(rows, titles, alt):
    """Draw rows of grey images (height, width), 0 black and 1 white, each row with its title."""
    fig, axes = plots.figure(len(rows), len(rows[0]), width=9, height=1.0 * len(rows))
    for line, images, title in zip(axes, rows, titles, strict=True):
        for ax, pixels in zip(line, images, strict=True):
            ax.imshow(pixels, cmap="gray", vmin=0, vmax=1)
            ax.set_axis_off()
        line[0].set_title(title, loc="left")
    plots.show(fig, alt=alt)


show_rows(
    [faces[::34][:10], crops[:10], test_crops[:10]],
    ["photographs", "crops to train on", "crops of the test people"],
    alt="Ten photographs of faces; ten small crops of faces, turned and scaled; ten such crops of "
    "other people.",
)

# %% [markdown]
# Pixels are real numbers, so the visible units of the lowest machine must be, too. **Gaussian**
# units have the energy $v_i^2 / 2$ by themselves; given $h$ they are normally distributed around
# $b + h W^T$ with a variance of 1. The data must be scaled to suit: a mean of 0 for each pixel, and
# a variance of 1 on average. The hidden units of the top machine, the code, are Gaussian as well.
#
# A few seconds of pretraining. The paper's layers were 625-2000-1000-500-30; ours have a third of
# the hidden units, 625-700-350-150-30, so that two cores can train them.

# %%
from course_utils.experiments.faces import WIDTHS, Scale, face_autoencoder

scale = Scale.of(crops)
x_faces, x_test_faces = scale.apply(crops), scale.apply(test_crops)

# %%
stack = rbm.new_stack(WIDTHS, SEED)
rbm.pretrain(
    stack,
    x_faces[:2000],
    epochs=6,
    rates=(0.01, 0.1, 0.1, 0.003),
    after=lambda layer, epoch, error: epoch == 5 and print(f"machine {layer}: error {error:.1f}"),
)

# %% [markdown]
# ### Exercise 14: `unrolled` (2 points, 15 minutes, medium)
#
# Each machine of a stack is a triple `(W, b, c)`. Unrolled, it is two dense layers: one on the way
# up, one on the way down. Which bias belongs to which? In which order do the machines come on the
# way down?


# %%
def unrolled(machines):
    """Return the dense layers of the autoencoder that a stack of machines starts.

    machines: list of (W, b, c) from the data to the code, with W: (visible, hidden), b: (visible,),
    c: (hidden,); the hidden units of one are the visible ones of the next.
    Returns a list of (kernel, bias), twice as long, from the data to the code and back to the data;
    a layer computes f(x kernel + bias). The numbers are those of the machines, unchanged.
    """
    ### BEGIN SOLUTION
    up = [(W, c) for W, b, c in machines]
    down = [(W.T, b) for W, b, c in reversed(machines)]
    return up + down
    ### END SOLUTION


lab.check("unrolled", unrolled)

# %% [markdown]
# Put into a Keras network, these layers must compute what the stack computes, before any
# fine-tuning:

# %%
autoencoder = rbm.unroll(stack)
layers = [layer for layer in autoencoder.layers if layer.weights]
for layer, weights in zip(layers, unrolled([(m.W, m.b, m.c) for m in stack]), strict=True):
    layer.set_weights(weights)
by_stack = rbm.decoded(stack, rbm.encoded(stack, x_test_faces))
by_network = autoencoder.predict(x_test_faces, verbose=0)
difference = np.abs(by_stack - by_network).max()
print(f"largest difference: {difference:.1e}")
assert difference < 1e-3

# %% [markdown]
# Fine-tuning takes longer than a lab. `scripts/train_face_autoencoder.py` did it twice with the
# same layers, the same data and as many epochs: once from a pretrained stack, once from random
# weights (Glorot's). To have more than 30 people to learn from, its training faces are mixed from
# two of theirs, and every epoch has crops of its own, both a kind of augmentation.
# `data/face_autoencoder.md` tells the rest. Here are both, and PCA with as many numbers for each
# face, 30:


# %%
def squared_error(x, r):
    """Return the squared error of a crop, summed over its pixels: the mean over crops."""
    return float(np.mean(np.sum((x - r) ** 2, axis=1)))


# %%
networks = {}
for start in ("pretrained", "random"):
    networks[start], scale = face_autoencoder(start)
x_faces, x_test_faces = scale.apply(crops), scale.apply(test_crops)

_, basis = np.linalg.eigh(np.cov(x_faces.T))
basis, middle = basis[:, -30:], x_faces.mean(axis=0)
reconstructions = {"PCA": lambda x: (x - middle) @ basis @ basis.T + middle}
for start, network in networks.items():
    reconstructions[start] = lambda x, network=network: network.predict(x, verbose=0)

# %%
results = {}
print("squared error of a crop        training people   test people")
for name, reconstruct in reconstructions.items():
    results[name] = [squared_error(x, reconstruct(x)) for x in (x_faces, x_test_faces)]
    what = name if name == "PCA" else f"autoencoder, {name} start"
    print(f"{what:30} {results[name][0]:15.1f} {results[name][1]:13.1f}")
nothing = squared_error(x_test_faces, x_faces.mean(axis=0))
print(f"{'the mean crop, for all':30} {'':15} {nothing:13.1f}")

# %% tags=["hide-input"]
shown = slice(0, 10)
rows = [scale.undo(reconstruct(x_test_faces[shown])) for reconstruct in reconstructions.values()]
show_rows(
    [test_crops[shown], *rows],
    ["test people", *(name if name == "PCA" else f"{name} start" for name in reconstructions)],
    alt="Ten crops of test people; below, their reconstructions from 30 numbers by PCA, by the "
    "autoencoder that started from the pretrained stack, and by the one from random weights.",
)

# %%
best = min(results, key=lambda name: results[name][1])
ratio = results["pretrained"][1] / results["PCA"][1]
print(f"On test people the best is: {best}.")
print(f"The pretrained autoencoder errs {1 - ratio:.0%} less than PCA on them,")
gap = results["random"][1] / results["pretrained"][1]
print(f"and the one from random weights {gap:.1f} times as much as the pretrained one.")
assert best == "pretrained" and ratio < 0.95 and gap > 1.2
assert results["random"][1] > results["PCA"][1] > results["pretrained"][1]
loss_on_new = {name: new / known for name, (known, new) in results.items()}
assert 1 < loss_on_new["PCA"] < min(loss_on_new["pretrained"], loss_on_new["random"])

# %% [markdown]
# Read the table in three ways.
#
# - **Autoencoder against PCA.** The pretrained autoencoder is better than PCA on the people it
#   learnt from, **and on people it has never seen**. So it was in the paper: 126 against 135 on new
#   people, on faces scaled in the same way.
# - **Pretrained against random.** With the same training, the network from random weights is far
#   behind on both groups, and worse than PCA on new people. (It was still learning when the
#   training ended.) A deep network of logistic units shrinks the gradient from layer to layer, as
#   in lab 2; pretraining puts each layer where its gradient is alive.
# - **Known people against new ones.** Each method errs more on people it has not learnt from. PCA
#   loses least: it has no more than 30 directions to fit, the networks have 1.5 million weights.
#
# Such a network can lose to PCA on new people, and our first one did: 133 against 120 on the test
# people. It had 20,000 crops, the same ones in each of 100 epochs. What helps was found without the
# test people: we left out people 25 to 29 as well, as validation, trained a smaller network on 2
# million crops in all, and compared on these five. (Recorded, as the two networks above are; what
# you have run are the stack and PCA.)
#
# | trained on | error on people 25 to 29 |
# |---|---|
# | (PCA) | 122.7 |
# | 20,000 crops of blended faces, each seen 100 times | 121.8 |
# | 200,000 crops of the photographs, each seen 10 times | 121.5 |
# | 200,000 crops of blended faces, each seen 10 times | 114.0 |
# | the same, with twice the hidden units | 106.9 |
#
# See it happen. The pretrained network goes on learning, from here, for a few seconds, but from
# 500 crops, the same ones in each epoch.
#
# **Before you run the next cell:** what becomes of the error on these crops? And on the test
# people?

# %%
training.set_seed(SEED)
network = networks["pretrained"]
x_few = scale.apply(datasets.turned_crops(faces[is_training], 500, seed=SEED + 2)[0])
groups = {"these crops": x_few, "test people": x_test_faces}


def errors_now():
    """Return the network's error on each group."""
    return [squared_error(x, network.predict(x, verbose=0)) for x in groups.values()]


before = errors_now()
network.compile(keras.optimizers.Adam(1e-3), "mse")
network.fit(x_few, x_few, epochs=20, batch_size=100, verbose=0)
later = errors_now()
for name, early, late in zip(groups, before, later, strict=True):
    print(f"{name}: {early:.1f} before, {late:.1f} after")
assert later[0] < 0.9 * before[0] and later[1] > 1.05 * before[1]

# %% [markdown]
# It learns these crops, at the cost of all other faces. With crops that are drawn afresh it cannot:
# it never sees one twice. The error of people left out says when to stop: here, at once.

# %% [markdown]
# ## 8. Semantic hashing
#
# A code can be an address. Give every document 32 bits such that similar documents get similar
# bits. Then a search compares two whole numbers, instead of thousands of word counts. Salakhutdinov
# and Hinton (2009) made such codes with a deep autoencoder and called it semantic hashing.
#
# Our documents are sections of Wikipedia articles. A search gives one section and asks for others.
# **A section found is relevant if it comes from the same article as the query.** That is a stand-in
# for "about the same subject": it needs no human judge, and it is too strict where two articles
# treat one subject. A tenth of the sections are queries for **validation**, a fifth are queries for
# the **test**. Neither are among the documents, and no code has learnt from them. What we can
# choose, we choose by the first; the result is what the second say.

# %%
import time

from scipy.sparse import vstack
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

wiki = datasets.documents()
rng = np.random.default_rng(SEED)
order = rng.permutation(len(wiki.texts))
tenth = len(order) // 10
validation, stored, queries = np.split(order, [tenth, len(order) - 2 * tenth])

# %%
words = CountVectorizer(stop_words="english", max_features=2000, token_pattern="[a-z]{3,}")
counts = words.fit_transform([wiki.texts[i] for i in stored])
tfidf = TfidfTransformer(sublinear_tf=True).fit(counts)
x_docs = tfidf.transform(counts)
x_validation, x_queries = (
    tfidf.transform(words.transform([wiki.texts[i] for i in part]))
    for part in (validation, queries)
)
print(
    f"{len(stored)} documents, {len(validation)} + {len(queries)} queries, {x_docs.shape[1]} words"
)

# %% [markdown]
# Each document is a **bag of words**: a count for each of the 2000 most frequent words, in no
# order. **Tf-idf** weighs them: a word counts more if few documents have it. The rows have length
# 1, so that their products are cosines.
#
# The network: 2000 numbers to 32, and back. Two things push the code towards bits. Each unit of the
# code is normalised over the batch, so that it is positive for about half of the documents. And
# **noise** is added before a tanh: only numbers far from 0 get through it undisturbed. How much
# noise? It is a hyperparameter, and that is what the validation queries are for.


# %%
def hashing_network(noise):
    """Return an autoencoder with a code of 32 numbers from -1 to 1, and its encoder."""
    training.set_seed(SEED)  # so that networks differ in their noise alone
    inputs = keras.Input((x_docs.shape[1],))
    code = keras.layers.Dense(32)(inputs)
    code = keras.layers.BatchNormalization(center=False, scale=False)(code)
    code = keras.layers.Activation("tanh")(keras.layers.GaussianNoise(noise)(code))
    model = keras.Model(inputs, keras.layers.Dense(x_docs.shape[1])(code))
    model.compile(keras.optimizers.Adam(3e-3), "cosine_similarity")
    training.build_optimizer(model)
    return model, keras.Model(inputs, code)


# %%
def precision(distances, asked, at=10):
    """Return for each query the precision of the first `at` found. distances: (queries, stored)."""
    found = np.argsort(distances, axis=1, kind="stable")[:, :at]
    return np.mean(wiki.articles[stored][found] == wiki.articles[asked][:, None], axis=1)


# %%
mean_words = np.asarray(x_docs.mean(axis=0))
dense_docs, dense_validation, dense_queries = (
    np.asarray(x.toarray() - mean_words, "float32") for x in (x_docs, x_validation, x_queries)
)
encoders, scores = {}, {}
for noise in (0.0, 0.5, 1.0):
    hashing, encoders[noise] = hashing_network(noise)
    hashing.fit(dense_docs, dense_docs, batch_size=50, epochs=25, verbose=0)
    found_docs, asked = (outputs(encoders[noise], x) > 0 for x in (dense_docs, dense_validation))
    differing = (asked[:, None] != found_docs).sum(axis=2)
    scores[noise] = precision(differing, validation).mean()
    print(f"noise {noise}: precision at 10 of the validation queries {scores[noise]:.3f}")

# %%
chosen = max(scores, key=scores.get)
encoder = encoders[chosen]
code_docs, code_queries = (outputs(encoder, x) for x in (dense_docs, dense_queries))

# %% tags=["hide-input"]
fig, ax = plots.figure(height=2.8)
ax.hist(code_docs.ravel(), bins=40, color=plots.PALETTE["blue"])
ax.set(xlabel="number in the code, after tanh", ylabel="how often")
plots.show(
    fig,
    alt="A histogram of the numbers in the codes of all documents, from -1 to 1: it is high at "
    "both sides and low in the middle.",
)

# %% [markdown]
# What is above 0 becomes a 1, the rest a 0. `np.packbits` puts eight bits into a byte, so a
# document is four bytes.

# %%
packed_docs = np.packbits(code_docs > 0, axis=1)
packed_queries = np.packbits(code_queries > 0, axis=1)
print(packed_docs.shape, packed_docs.dtype, packed_docs[0])

# %% [markdown]
# ### Exercise 15: `hamming` (1 point, 10 minutes, easy)
#
# The **Hamming distance** of two codes is the number of bits in which they differ.


# %%
def hamming(codes, query):
    """Return the Hamming distance of each code to one query: int array (documents,).

    codes: uint8 (documents, bytes), eight bits in each byte. query: uint8 (bytes,).
    The distances are integers that can hold any count, from 0 to 8 times the bytes, which may be
    100. codes and query stay as they are.
    """
    ### BEGIN SOLUTION
    return np.bitwise_count(codes ^ query).sum(axis=1, dtype=int)
    ### END SOLUTION


lab.check("hamming", hamming)

# %% [markdown]
# Who is how good, on the test queries? Precision at 10 is the fraction of the first ten found that
# are relevant. Four ways to search: tf-idf with cosine, the bits of the autoencoder, and two other
# ways to get 32 bits, which need no training by gradients. **LSA** is PCA of the word counts
# without centring; each of its 32 numbers gives a bit. **Random directions** are the classic
# locality-sensitive hashing.


# %%
def hashed(docs, asked):
    """Return Hamming distances (queries, documents), by bits that split the documents in halves."""
    halves = np.median(docs, axis=0)
    packed, asked = (np.packbits(x > halves, axis=1) for x in (docs, asked))
    return np.stack([hamming(packed, query) for query in asked])


# %%
lsa = TruncatedSVD(32, random_state=SEED).fit(x_docs)
directions = rng.normal(size=(x_docs.shape[1], 32))
distances = {
    "tf-idf, cosine": -(x_queries @ x_docs.T).toarray(),
    "autoencoder, 32 bits": np.stack([hamming(packed_docs, q) for q in packed_queries]),
    "LSA, 32 bits": hashed(lsa.transform(x_docs), lsa.transform(x_queries)),
    "random directions, 32 bits": hashed(x_docs @ directions, x_queries @ directions),
}

# %%
counts_found = [1, 2, 5, 10, 20, 50]
curves, precisions = {}, {}
for name, numbers in distances.items():
    curves[name] = [precision(numbers, queries, at).mean() for at in counts_found]
    single = precision(numbers, queries)
    precisions[name] = single.mean()
    error = single.std(ddof=1) / np.sqrt(len(single))
    print(f"{name:28} precision at 10: {single.mean():.3f} ± {error:.3f}")
chance = np.mean(wiki.articles[stored] == wiki.articles[queries][:, None])
print(f"{'found by chance':28} precision at 10: {chance:.3f}")
by_words, by_network, by_lsa, by_random = precisions.values()
assert by_words > by_network > by_lsa - 0.03 and min(by_network, by_lsa) > 3 * by_random

# %% tags=["hide-input"]
fig, ax = plots.figure()
for (name, curve), marker in zip(curves.items(), "os^d", strict=True):
    ax.plot(counts_found, curve, marker=marker, label=name)
ax.set(xlabel="documents found", ylabel="precision", xscale="log", ylim=(0, 1))
ax.set(xticks=counts_found, xticklabels=counts_found)
ax.legend()
plots.show(
    fig,
    alt="Precision over the number of documents found, from 1 to 50. Tf-idf is above the bits of "
    "the autoencoder, and those are about level with the bits of LSA. These three fall steeply "
    "from 10 documents on. Random directions are far below.",
)

# %% [markdown]
# Behind ± stands the standard error of the mean over the queries. Are the autoencoder and LSA apart
# by more than that? That all good curves fall from 10 documents on has a plain cause: many articles
# have fewer sections than are asked for.
#
# And what does a search cost? For a fair clock, a library must be large: we repeat ours until it
# has 100,000 documents, and search one query at a time. Both searches compare the query with every
# document and pick the ten nearest.

# %%
copies = -(-100_000 // len(stored))
many_docs = vstack([x_docs] * copies).tocsr()
many_codes = np.tile(packed_docs, (copies, 1))


def seconds_per_query(search, asked):
    """Return the processor time of a search that finds the ten nearest, in seconds."""
    start = time.process_time()
    for query in asked:
        np.argpartition(search(query), 10)[:10]
    return (time.process_time() - start) / asked.shape[0]


# %%
by_words = seconds_per_query(lambda q: -(many_docs @ q.T).toarray().ravel(), x_queries[:20])
by_bits = seconds_per_query(lambda q: hamming(many_codes, q), packed_queries[:20])
assert by_words > 1.5 * by_bits
print(f"{many_docs.shape[0]:,} documents: tf-idf takes {by_words / by_bits:.1f} times as long")
print(f"a document takes {many_docs.nnz * 12 / many_docs.shape[0]:,.0f} bytes by words, 4 by bits")

# %% [markdown]
# The bits lose some precision, and gain time and a great deal of memory. With a table of addresses
# one would not even compare: look up the query's own code and those that differ in a bit or two.
# Let us ask for neighbours by bits:

# %%
for number in range(3):
    section = queries[number]
    title = wiki.titles[wiki.articles[section]]
    print(f"{title}: {wiki.headings[section] or '(its beginning)'}")
    nearest = np.argsort(hamming(packed_docs, packed_queries[number]), kind="stable")[:4]
    for found in stored[nearest]:
        print(f"    {wiki.titles[wiki.articles[found]]}: {wiki.headings[found]}")

# %% [markdown]
# ## 9. When does pretraining help?
#
# Labels cost money, images are cheap. Can 4,000 images without labels make up for labels that are
# missing? We put sections 4 and 5 together: two layers of 256 ReLU units, each of them trained as a
# denoising autoencoder on what comes from below, one after the other. No label is used.

# %%
from course_utils.experiments.few_labels import KINDS, learn_labels, recorded_labels

training.set_seed(SEED)
pretrained = autoencoders.pretrain(images, (256, 256), noise=0.4, code_activation="relu", epochs=6)

# %% [markdown]
# Then a classifier gets 10, 30, 100 or 1,000 labelled examples of each digit. It is always the
# same network, these two layers and a softmax on top, and may begin in three ways:
#
# - **scratch**: random weights, all of them learn;
# - **frozen**: pretrained weights, which stay; only the softmax learns;
# - **fine-tuned**: pretrained weights, and all of them learn.
#
# First one point of the curve live: ten labelled examples of each digit, one choice of them.
#
# **Before you run the next cells:** which of the three will be best with 10 labels of each digit?
# And which with 1,000?

# %%
training_part, test_part = datasets.mnist()
live = {}
print("right on 1,000 test digits, from 10 labelled examples of each digit")
for kind in KINDS:
    live[kind] = learn_labels(pretrained, training_part, test_part, 10, kind, seed=SEED, steps=150)
    print(f"{kind:12} {live[kind].accuracy:.1%}")
assert all(point.accuracy > 0.6 for point in live.values())

# %% [markdown]
# One choice of ten examples can be lucky, and our images have no more than 400 labels of each
# digit. So the whole experiment was recorded, on all of MNIST: 60,000 images to pretrain on, 10,000
# to test on, five seeds, each with pretrained weights, labelled examples and classifier weights of
# its own. `data/few_labels.md` says how, and `scripts/record_few_labels.py` did it.
#
# What you have measured is another experiment, then: 4,000 images to pretrain on, fewer steps of
# training, other labelled examples, and a test of 1,000 digits, which alone makes an error of 20 %
# uncertain by 1.3 %. It is drawn beside the curves with open marks, and belongs to none of them.

# %%
points = recorded_labels()
counts = sorted({point.labels for point in points})
means, spreads = {}, {}
for kind in KINDS:
    table = np.array(
        [[p.accuracy for p in points if (p.kind, p.labels) == (kind, n)] for n in counts]
    )
    means[kind], spreads[kind] = table.mean(axis=1), table.std(axis=1)


# %%
def wrong(n):
    """In per cent, of each kind with n labelled examples of each digit."""
    return ", ".join(f"{k} {100 * (1 - means[k][counts.index(n)]):.2g} %" for k in KINDS)


# %% tags=["hide-input"]
fig, ax = plots.figure(width=7, height=4)
for kind, aside in zip(KINDS, (0.96, 1, 1.04), strict=True):  # so that no bar hides another
    places = np.array(counts) * aside
    bars = ax.errorbar(places, 1 - means[kind], spreads[kind], marker="o", capsize=4, label=kind)
    ax.plot(8 * aside, 1 - live[kind].accuracy, "o", mfc="none", color=bars[0].get_color())
ax.errorbar([], [], fmt="o", mfc="none", color="black", label="live, 4,000 images")
ax.set(xscale="log", yscale="log", xlabel="labelled examples of each digit")
ax.set(ylabel="wrong on test digits", xticks=counts, yticks=[0.03, 0.05, 0.1, 0.2, 0.3])
ax.set_xticklabels([f"{count:,}" for count in counts])
ax.set_yticklabels(["3 %", "5 %", "10 %", "20 %", "30 %"])
ax.minorticks_off()
ax.legend(title=f"{points[0].images:,} images, mean and std. of {table.shape[1]} seeds")
plots.show(
    fig,
    alt="Wrong answers against the labelled examples of each digit, both axes logarithmic, with "
    f"error bars. With 10 labels: {wrong(10)}. With 100: {wrong(100)}. With 1,000: {wrong(1000)}. "
    "All three lines fall; that of fine-tuned stays below that of scratch, and that of "
    "frozen crosses it. Three open marks at the left, from the lab.",
)

# %% [markdown]
# The bars are wide on the left because ten examples can be well or badly chosen. But all three
# kinds got the same examples, so compare them seed by seed:

# %%
print("wrong on test digits, mean of the seeds")
print(f"{'':12}", *(f"{count:>7,}" for count in counts))
for kind in KINDS:
    print(f"{kind:12}", *(f"{1 - accuracy:7.1%}" for accuracy in means[kind]))
found = {(p.kind, p.labels, p.seed): p.accuracy for p in points}
for kind in KINDS[1:]:
    better = [
        sum(found[kind, n, p.seed] > p.accuracy for p in points if p[:2] == ("scratch", n))
        for n in counts
    ]
    print(f"{kind} beats scratch with", *(f"{n} of 5 seeds" for n in better), sep="  ")
fewer = 1 - (1 - means["fine-tuned"]) / (1 - means["scratch"])
print("of scratch's errors, fine-tuned avoids ", *(f"{share:.0%}" for share in fewer), sep="  ")
assert (means["fine-tuned"] > means["scratch"]).all()
assert means["frozen"][0] > means["scratch"][0] and means["frozen"][-1] < means["scratch"][-1]
gain = (means["fine-tuned"] - means["scratch"])[[0, -1]]
assert np.allclose(gain, [0.022, 0.005], atol=1e-3) and np.allclose(
    fewer[[0, -1]], [0.09, 0.15], atol=5e-3
)

# %% [markdown]
# - **With few labels pretraining helps**, with every seed. 100 examples cannot tell 269,000 weights
#   what to do. With 10 labels of each digit it does not matter whether the pretrained weights
#   learn on; learning 2,570 weights of a softmax on top is enough.
# - **With many labels, frozen features hurt.** They were made to restore digits, not to tell them
#   apart. Fine-tuning starts from them, and may improve them.
# - **The gain shrinks in points**, from 2.2 to 0.5 percent of the test digits. As a share of the
#   errors it does not: it is 9 % of them with 10 labels, and 15 % with 1,000.
#
# This is the state of affairs since 2010 (Erhan and others): pretraining is worth it where there
# are many more examples than labels. Lab 5's networks take the same advantage in another way: they
# are pretrained *with* labels, on another task.

# %% [markdown]
# ## 10. What to take away
#
# - A linear autoencoder finds PCA's plane, not PCA's components: measure angles.
# - One hidden layer with a linear way back cannot beat PCA, whatever its activation. A decoder that
#   bends can.
# - A code can be small, or sparse, or stay put when the input moves. Each is a way to forbid
#   copying, and each makes filters that look like parts of the data.
# - A denoising autoencoder is asked for what is missing, a contractive one pays for every
#   derivative, a variational one for every nat that its code says. It can draw new examples, as
#   far as its codes have become the distribution that one draws from.
# - A restricted Boltzmann machine says how probable an image is, up to a sum that nobody can
#   compute; contrastive divergence goes around it.
# - Greedy pretraining made deep networks learn when nothing else did. ReLU, good initial weights
#   and Adam do this now. What pretraining is still good for: few labels and many examples.
#
# **Where it leads.** The rates, the epochs and the weights of the penalties were given to you here,
# and each of them had to be found. How to find such hyperparameters, and how to know that one is
# better than another, is a craft of its own.

# %%
lab.progress()

# %% [markdown]
# **Questions to think about**
#
# 1. A linear autoencoder with tied weights, $r = x W W^T$: which freedom of section 1 is left?
# 2. The error of the one-layer network in section 2 is far above PCA's. Its outputs of tanh lie
#    between -1 and 1, and the same $W$ must read and write. Why is that hard on it?
# 3. What happens to the L1 penalty if all weights on the way there are halved, and those on the way
#    back doubled? What do tied weights have to do with it?
# 4. Masking noise of 100 %: what does the network learn?
# 5. The contractive penalty could be made 0 by $W = 0$. What keeps the network from it?
# 6. Multiply the divergence of the variational autoencoder by 10. What do you expect of the codes,
#    and of the pictures?
# 7. In section 9 the autoencoder has seen the test digits' relatives, but no labels. Is it fair to
#    let it see the test images themselves, without labels?
#
# **Sources**
#
# - K. Pearson, On lines and planes of closest fit to systems of points in space, Philosophical
#   Magazine 2, 1901, 559–572.
# - H. Bourlard and Y. Kamp, Auto-association by multilayer perceptrons and singular value
#   decomposition, Biological Cybernetics 59, 1988, 291–294.
# - P. Baldi and K. Hornik, Neural networks and principal component analysis: learning from examples
#   without local minima, Neural Networks 2, 1989, 53–58.
# - G. E. Hinton and R. R. Salakhutdinov, Reducing the dimensionality of data with neural networks,
#   Science 313, 2006, 504–507.
# - Y. Bengio, P. Lamblin, D. Popovici and H. Larochelle, Greedy layer-wise training of deep
#   networks, NIPS 2006, 153–160.
# - P. Vincent, H. Larochelle, Y. Bengio and P.-A. Manzagol, Extracting and composing robust
#   features with denoising autoencoders, ICML 2008, 1096–1103.
# - R. Salakhutdinov and G. Hinton, Semantic hashing, International Journal of Approximate Reasoning
#   50, 2009, 969–978.
# - G. E. Hinton, Training products of experts by minimizing contrastive divergence, Neural
#   Computation 14, 2002, 1771–1800.
# - T. Tieleman, Training restricted Boltzmann machines using approximations to the likelihood
#   gradient, ICML 2008, 1064–1071.
# - D. Erhan, Y. Bengio, A. Courville, P.-A. Manzagol, P. Vincent and S. Bengio, Why does
#   unsupervised pre-training help deep learning?, JMLR 11, 2010, 625–660.
# - A. Ng, Sparse autoencoder, lecture notes CS294A, Stanford University, 2011.
# - S. Rifai, P. Vincent, X. Muller, X. Glorot and Y. Bengio, Contractive auto-encoders: explicit
#   invariance during feature extraction, ICML 2011, 833–840.
# - J. Masci, U. Meier, D. Cireşan and J. Schmidhuber, Stacked convolutional auto-encoders for
#   hierarchical feature extraction, ICANN 2011, 52–59.
# - D. P. Kingma and M. Welling, Auto-encoding variational Bayes, ICLR 2014.
# - K. Konda, R. Memisevic and D. Krueger, Zero-bias autoencoders and the benefits of co-adapting
#   features, arXiv 1402.3337, 2014 (ICLR 2015).
