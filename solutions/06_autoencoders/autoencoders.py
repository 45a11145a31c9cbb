# %% [markdown]
# # Lab 6: Autoencoders and unsupervised pretraining
#
# **After this lab you can**
#
# - say what a bottleneck buys over PCA, and what it cannot buy;
# - build and train seven kinds of autoencoder in Keras, and say what the code of each is good for;
# - train a restricted Boltzmann machine by hand, and prove its gradient right;
# - measure when unsupervised pretraining helps, and when it does not.
#
# **Time:** about four hours. The exercises take two of them.
#
# **It builds on** lab 2 (gradients, and how to check one) and on the Keras models of lab 3.
#
# Each exercise ends in `lab.check(...)`. Run its cell as often as you like: the check says what is
# wrong, and on which input. `lab.hint("pca")` gives a hint, and one more each time you call it.
# `lab.progress()` shows what is done.

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
# a **code**. Nobody tells us what the code should be, and we use no labels. The only demand is that
# the image can be restored from it.
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

fig, axes = plots.figure(1, 9, width=9, height=1.4)
plots.image(axes[0], mean8.reshape(8, 8), "mean")
for n, ax in enumerate(axes[1:]):
    share = variances8[n] / variances8.sum()
    plots.image(ax, components8[:, n].reshape(8, 8), f"{share:.0%}", signed=True)
plots.show(
    fig,
    alt="The mean of all digits, a blurred spot, and the first eight principal components as "
    "images of positive and negative pixels, each with its share of the variance: from 15 % "
    "down to 4 %.",
)

# %% [markdown]
# **Before you run the next cell:** how many components restore a digit so that you can read it?


# %%
def restored(X, mean, components):
    """Return rows X (examples, features) as PCA restores them: the nearest points of its plane."""
    return mean + (X - mean) @ components @ components.T


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
import keras
from scipy.linalg import subspace_angles

from course_utils import training
from course_utils.models import autoencoders

training.set_seed(SEED)


# %%
def angle(one, other):
    """The largest angle between the spaces that two sets of columns span, in degrees."""
    return np.degrees(subspace_angles(one, other)).max()


def train_linear(components, x, steps, seed, every=20):
    """Train a linear autoencoder on all of x at once. Returns it, and the angle between its plane
    and that of the components after each `every` steps, as a dict."""
    training.set_seed(seed)
    model = autoencoders.linear(x.shape[1:], components.shape[1])
    rate = keras.optimizers.schedules.CosineDecay(0.02, steps)
    model.compile(keras.optimizers.Adam(rate), "mse")
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

# %%
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
reached = [noted[STEPS] for noted in angles]
print("largest principal angle:", *(f"{found:.3f}" for found in reached), "degrees")
assert max(reached) < 1

# %% [markdown]
# The planes agree. And the weights?

# %%
fig, axes = plots.figure(3, 5, width=6, height=3.6)
for row, (name, columns) in zip(
    axes,
    {
        "PCA": components8[:, :K],
        "start 1": linear[0].get_layer("up").get_weights()[0].T,
        "start 2": linear[1].get_layer("up").get_weights()[0].T,
    }.items(),
    strict=True,
):
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
    return X.T @ dZ + dR.T @ H, dZ.sum(axis=0)
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
import tempfile
from pathlib import Path

x = keras.Input((64,))
both_ways = autoencoders.TiedDense(5, activation="tanh")
tied = keras.Model(x, both_ways(both_ways(x), transpose=True))
for weight in tied.weights:
    print(f"{weight.name:7} {tuple(weight.shape)}")

with tempfile.TemporaryDirectory() as folder:
    tied.save(Path(folder, "tied.keras"))
    again = keras.saving.load_model(Path(folder, "tied.keras"))
difference = np.abs(tied.predict(X8, verbose=0) - again.predict(X8, verbose=0)).max()
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


def fit(model, x, epochs, rate=3e-3, loss="mse"):
    """Train an autoencoder on x by Adam, whose rate falls along a cosine to 0; batches of 100."""
    steps = epochs * -(-len(x) // 100)
    decay = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(keras.optimizers.Adam(decay), loss)
    return model.fit(x, x, batch_size=100, epochs=epochs, verbose=0)


def test_error(model, x=images_test):
    """The mean squared error per pixel on test images."""
    return float(np.mean((model.predict(x, verbose=0) - x) ** 2))


# %%
SIZES = (2, 8, 30)
one_layer, deep = {}, {}
for k in SIZES:
    one_layer[k] = autoencoders.tied(
        (28, 28), k, code_activation="tanh", output="linear", use_back_bias=False
    )
    fit(one_layer[k], images, epochs=5)
    deep[k] = autoencoders.tied((28, 28), (256, 64, k))
    fit(deep[k], images, epochs=12)

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

# %%
chosen = [int(np.flatnonzero(labels_test == digit)[0]) for digit in range(10)]
rows = {"original": images_test[chosen]}
for k in SIZES:
    rows[f"PCA {k}"] = by_pca[k][chosen].reshape(-1, 28, 28)
    rows[f"deep {k}"] = deep[k].predict(images_test[chosen], verbose=0)


def show_digits(rows, alt, height=0.8):
    """Draw rows of images, each with its name on the left."""
    columns = 1 + len(next(iter(rows.values())))
    fig, axes = plots.figure(len(rows), columns, width=9, height=height * len(rows))
    for line, (name, pictures) in zip(np.atleast_2d(axes), rows.items(), strict=True):
        line[0].text(1, 0.5, name, ha="right", va="center")
        line[0].set_axis_off()
        for ax, picture in zip(line[1:], pictures, strict=True):
            plots.image(ax, picture)
    plots.show(fig, alt=alt)


show_digits(
    rows,
    alt="Ten digits and what PCA and the deep autoencoder restore from codes of 2, 8 and 30 "
    "numbers. PCA with 2 gives blurred spots, the deep one with 2 sharp digits, some of them the "
    "wrong ones. With 8 PCA is blurred and has grey shadows, the deep one is mostly right. With "
    "30 both can be read, PCA with grey shadows beside the strokes.",
)

# %% [markdown]
# The curved surface wins at every size, and its pictures fail in another way: where PCA blurs, the
# deep network draws a clear digit, now and then the wrong one. With a code of two numbers we can
# look at the surface from inside: every test digit at the place of its code.

# %%
places = {
    "PCA": (flat_test - mean) @ components[:, :2],
    "deep autoencoder": autoencoders.encoder(deep[2]).predict(images_test, verbose=0),
}
colours = list(plots.PALETTE.values())


def show_places(ax, codes, title):
    """Write each test digit at the place of its code (batch, 2), in the colour of its class."""
    for (left, up), digit in zip(codes[:500], labels_test, strict=False):
        ax.text(
            left,
            up,
            str(digit),
            color=colours[digit % 8],
            size=7,
            ha="center",
            va="center",
            clip_on=True,
        )
    low, high = np.percentile(codes, [1, 99], axis=0)
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    ax.set(title=title, xlabel="first number of the code", ylabel="second number")


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
# No label was used. The classes come apart because images of one class look alike.
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

# %%
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
# A third way needs no penalty. Let the units be linear and have no bias, and let a unit pass on its
# activation only if it lies above a threshold $\theta$ (Memisevic, Konda and Krueger, 2014):
#
# $$h(a) = \begin{cases} a & a > \theta \\ 0 & \text{else} \end{cases} \; = \; (a > \theta) \, a$$
#
# This looks like ReLU with a bias of $-\theta$, and differs in one thing: what is selected is not
# made smaller by $\theta$. So the selected units restore the image as a linear autoencoder would,
# and each image gets its own small choice of them.

# %% [markdown]
# ### Exercise 4: `select_threshold` (1 point, 5 minutes, easy)


# %%
def select_threshold(a, theta):
    """Return the activations above a threshold as they are, and 0 elsewhere: (a > theta) a.

    a: array of any shape; it stays as it is. theta: a number; at a = theta a unit is not selected.
    Returns an array of the shape of a.
    """
    ### BEGIN SOLUTION
    return (a > theta) * a
    ### END SOLUTION


lab.check("select_threshold", select_threshold)

# %%
a = np.linspace(-2, 3, 501)
fig, ax = plots.figure(width=5, height=2.8)
ax.plot(a, np.maximum(0, a - 1), "--", label="ReLU, $\\max(0, a - 1)$")
ax.plot(a, select_threshold(a, 1.0), label="selection, $(a > 1) \\, a$")
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


small, small_test = halved(images), halved(images_test)
sparse = {
    "no penalty": autoencoders.sparse((14, 14), 256, "none"),
    "L1": autoencoders.sparse((14, 14), 256, "l1", weight=1e-3),
    "KL": autoencoders.sparse((14, 14), 256, "kl", weight=1e-3, target=0.05),
    "threshold": autoencoders.sparse((14, 14), 256, "threshold", theta=0.5),
}
for model in sparse.values():
    fit(model, small, epochs=12)

# %%
active = {}
print("             error   mean activation   active units per image")
for name, model in sparse.items():
    codes = autoencoders.encoder(model).predict(small_test, verbose=0)
    active[name] = np.sum(codes > 0.1, axis=1).mean()
    error = test_error(model, small_test)
    print(f"{name:11} {error:7.4f} {codes.mean():17.3f} {active[name]:19.0f} of 256")
assert all(active[name] < 0.6 * active["no penalty"] for name in ("L1", "KL", "threshold"))


# %%
def show_filters(models, alt, count=14):
    """Draw the filters of tied layers: for each model those with the largest length."""
    fig, axes = plots.figure(len(models), count + 1, width=9.5, height=0.72 * len(models))
    for line, (name, model) in zip(axes, models.items(), strict=True):
        line[0].text(1, 0.5, name, ha="right", va="center")
        line[0].set_axis_off()
        kernel = model.get_layer("tied_1").get_weights()[0]
        order = np.argsort(-np.linalg.norm(kernel, axis=0))[: 4 * count : 4]
        for ax, column in zip(line[1:], kernel.T[order], strict=True):
            plots.image(ax, column.reshape(model.input_shape[1:]), signed=True)
    plots.show(fig, alt=alt)


show_filters(
    sparse,
    alt="Fourteen filters of each of the four models. Without a penalty they look like noise. With "
    "L1 and KL they show pieces of strokes. With the threshold they are strokes, bends and whole "
    "digits before an even ground.",
)

# %% [markdown]
# Without a penalty nearly all units are active in every image, and the filters look like noise:
# with more units than pixels nothing asks for parts. The penalties buy silence with error, and
# pieces of pen strokes appear, clearest with KL. The threshold does not need to pay: a few dozen
# units for each image restore it as well as all 256 did, and their filters are strokes, bends, and
# some whole digits. (Some units are never selected, and stay what they were at the start.)
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
# In Keras the noise is a layer at the entrance of the model that acts in training only. Every image
# gets new noise in every epoch. Three models that differ in nothing but that layer:

# %%
denoising = {
    "no noise": autoencoders.denoising((14, 14), 256, "masking", 0.0),
    "masking": autoencoders.denoising((14, 14), 256, "masking", 0.5),
    "Gaussian": autoencoders.denoising((14, 14), 256, "gaussian", 0.5),
}
for model in denoising.values():
    fit(model, small, epochs=10)

# %% [markdown]
# Now the test: digits that the models have not seen, with half of their pixels masked.
#
# **Before you run the next cell:** what will the model return that was trained without noise?

# %%
spoiled = masked(small_test, 0.5, np.random.default_rng(SEED))
cleaned = {name: model.predict(spoiled, verbose=0) for name, model in denoising.items()}
show_digits(
    {"spoiled": spoiled[chosen]}
    | {name: pictures[chosen] for name, pictures in cleaned.items()}
    | {"original": small_test[chosen]},
    alt="Ten digits with half of their pixels missing, what three autoencoders make of them, and "
    "the originals. Trained without noise, it returns pale digits with gaps. Trained with masking "
    "noise, it returns whole digits. Trained with Gaussian noise, something in between.",
)
print("mean squared error per pixel, half of the pixels masked")
remaining = {name: np.mean((pictures - small_test) ** 2) for name, pictures in cleaned.items()}
for name, error in {"left as it is": np.mean((spoiled - small_test) ** 2), **remaining}.items():
    print(f"{name:14} {error:.4f}")
assert remaining["masking"] < 0.6 * remaining["no noise"]

# %%
show_filters(
    denoising,
    alt="Filters of the three models. Without noise they look like noise. With masking and "
    "Gaussian noise they are smooth strokes and bends.",
)

# %% [markdown]
# The noise did what sparsity did in section 3: the filters are strokes. A pixel alone is not to be
# trusted any more, a stroke of many pixels is.
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
# ### Exercise 5: `contractive_penalty` (2 points, 15 minutes, medium)
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
    return np.mean(slopes**2 @ np.sum(W**2, axis=0))
    ### END SOLUTION


lab.check("contractive_penalty", contractive_penalty)

# %% [markdown]
# Check it against automatic differentiation: row $j$ of the Jacobian is the gradient of unit $j$
# with respect to the image.

# %%
from course_utils.models import insight

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
# Train one, and measure all four models that have logistic units: how much does the code move?
#
# **Before you run the next cell:** two of them were trained with noise and without this penalty.
# Is their Jacobian smaller than that of the model without noise?

# %%
contractive = autoencoders.contractive((14, 14), 256, weight=1e-2)
fit(contractive, small, epochs=10)
rows_test = small_test.reshape(len(small_test), 196)
print("                error   ||J||^2")
norms = {}
for name, model in (denoising | {"contractive": contractive}).items():
    W, b = model.get_layer("tied_1").get_weights()[:2]
    norms[name] = contractive_penalty(rows_test, W, b)
    print(f"{name:13} {test_error(model, small_test):7.4f} {norms[name]:9.2f}")
assert norms["contractive"] < 0.5 * norms["no noise"]

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

# %% [markdown]
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
# What comes of the quarrel: clouds side by side that fill the middle of the space without holes. So
# draw $z$ from $N(0, 1)$, and decode. The sum of both terms, averaged, is an upper bound of $-\log
# p(x)$. The encoder gives $\log \sigma^2$, which may be any number.

# %% [markdown]
# ### Exercise 6: `gaussian_kl` (2 points, 10 minutes, easy)


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
# In the model, one layer called `GaussianCode` draws the code and adds the divergence to the loss.
# Because the term lives *inside* a layer, the model saves and loads like any other. Two numbers are
# enough for the code, so that we can see all of it.

# %%
variational = autoencoders.variational((28, 28), 2)
curve = fit(variational, images, epochs=15, loss=autoencoders.summed_cross_entropy).history

means, log_variances = (
    keras.Model(variational.input, variational.get_layer(name).output).predict(
        images_test, verbose=0
    )
    for name in ("mean", "log_variance")
)
divergence = gaussian_kl(means, log_variances).mean()
both = variational.evaluate(images_test, images_test, batch_size=1000, verbose=0)
print(
    f"test digits: restoring {both - divergence:.0f} + divergence {divergence:.1f} nats per digit"
)
assert 0 < divergence < 20

# %%
with tempfile.TemporaryDirectory() as folder:
    variational.save(Path(folder, "variational.keras"))
    again = keras.saving.load_model(Path(folder, "variational.keras"))
assert np.array_equal(
    again.predict(images_test, verbose=0), variational.predict(images_test, verbose=0)
)
print("saved and loaded: the same numbers, and the divergence is still in the loss:", end=" ")
print(np.isclose(again.evaluate(images_test, images_test, batch_size=1000, verbose=0), both))

# %% [markdown]
# The space of codes, from -2 to 2 in both directions, decoded point by point.
#
# **Before you run the next cell:** what will stand halfway between a 4 and a 9? And between a 0 and
# a 1?

# %%
steps = np.linspace(-2, 2, 13)
grid = np.array([[left, up] for up in steps[::-1] for left in steps])
drawn = autoencoders.decoder(variational).predict(grid, verbose=0).reshape(13, 13, 28, 28)

fig, axes = plots.figure(1, 2, width=9.5, height=4.7)
plots.image(axes[0], drawn.transpose(0, 2, 1, 3).reshape(13 * 28, 13 * 28), "decoded")
show_places(axes[1], means, "where the test digits lie")
plots.show(
    fig,
    alt="Left: 13 by 13 digits decoded from a grid of codes; neighbours look alike, and one digit "
    "turns into another without a break. Right: the test digits at the places of their codes, in "
    "a round cloud around 0 in which each class has a region.",
)

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
# again, and give both ways equally many epochs of the whole network: 6 of fine-tuning after 6 for
# each layer, against 12 at once. (The upper layers are small; an epoch of theirs costs a fraction.)
#
# **Before you run the next cell:** after step 3, before any fine-tuning: is the network closer to
# its start or to its end?

# %%
training.set_seed(SEED)
stacked = autoencoders.pretrain(images, (256, 64, 30), epochs=6, activation="sigmoid")
unrolled_error = test_error(stacked)
tuned = fit(stacked, images, epochs=6).history["loss"]

at_once = autoencoders.tied((28, 28), (256, 64, 30), activation="sigmoid")
start_error = test_error(at_once)
straight = fit(at_once, images, epochs=12).history["loss"]

# %%
fig, ax = plots.figure(width=6.5)
ax.plot(range(1, 13), straight, label="all at once")
ax.plot(range(7, 13), tuned, label="fine-tuned after greedy training")
ax.plot(6, unrolled_error, "o", color=plots.PALETTE["vermillion"], label="unrolled (test)")
relu = errors["tied, 256-64-k"][30]
ax.axhline(relu, color="black", linestyle=":", label="ReLU, all at once (test)")
ax.set(xlabel="epoch", ylabel="mean squared error per pixel", ylim=(0, 0.12))
ax.legend()
plots.show(
    fig,
    alt="Error against the epoch. All logistic layers at once: it soon stops falling, above 0.05. "
    "Greedy: the unrolled network starts below that at epoch 6, and fine-tuning brings it to "
    "about 0.03. ReLU at once: about 0.015.",
)
print(f"at the start {start_error:.4f}, unrolled {unrolled_error:.4f},", end=" ")
print(f"fine-tuned {test_error(stacked):.4f}; all at once {test_error(at_once):.4f};", end=" ")
print(f"ReLU at once {relu:.4f}")
assert test_error(stacked) < 0.8 * test_error(at_once)

# %% [markdown]
# With logistic units the greedy way wins clearly, and it did so in 2006. But the last line of the
# legend is as true: ReLU units, trained at once, do better still, with no trick at all. This is
# what became of greedy training. It showed that deep networks *can* learn, and soon nobody needed
# it for restoring images any more. What unlabelled images are still good for, section 9 measures.

# %% [markdown]
# ## 9. When does pretraining help?
#
# Labels cost money, images are cheap. Can 4,000 images without labels make up for labels that are
# missing? We put sections 4 and 5 together: two layers of 256 ReLU units, each of them trained as a
# denoising autoencoder on what comes from below, one after the other. No label is used.

# %%
from course_utils.models.autoencoders.few_labels import KINDS, learn_labels, recorded_labels

training.set_seed(SEED)
pretrained = autoencoders.pretrain(images, (256, 256), noise=0.4, code_activation="relu", epochs=6)

# %% [markdown]
# Then a classifier gets 10, 30, 100 or all 400 labelled examples of each digit. It is always the
# same network, these two layers and a softmax on top, and may begin in three ways:
#
# - **scratch**: random weights, all of them learn;
# - **frozen**: pretrained weights, which stay; only the softmax learns;
# - **fine-tuned**: pretrained weights, and all of them learn.
#
# First one point of the curve live: ten labelled examples of each digit, one choice of them.
#
# **Before you run the next cells:** which of the three will be best with 10 labels of each digit?
# And which with 400?

# %%
training_part, test_part = datasets.mnist()
print("right on 1,000 test digits, from 10 labelled examples of each digit")
for kind in KINDS:
    point = learn_labels(pretrained, training_part, test_part, 10, kind, seed=SEED, steps=150)
    print(f"{kind:12} {point.accuracy:.1%}")
    assert point.accuracy > 0.6

# %% [markdown]
# One choice of ten examples can be lucky. The whole experiment takes some minutes, so it has been
# recorded: SEEDS_WORD seeds, each with autoencoder weights, labelled examples and classifier
# weights of its own. `data/few_labels.md` says how. (All of MNIST would have 1,000 labels of each
# digit to offer. It is not on this machine; here 400 is the most that leaves 100 for the test.
# `python scripts/record_few_labels.py --full` downloads it and records that curve.)

# %%
points = recorded_labels()
counts = sorted({point.labels for point in points})
fig, ax = plots.figure(width=7, height=4)
means = {}
for number, kind in enumerate(KINDS):
    table = np.array(
        [[p.accuracy for p in points if (p.kind, p.labels) == (kind, n)] for n in counts]
    )
    means[kind] = table.mean(axis=1)
    aside = 1 + 0.04 * (number - 1)  # so that the bars do not hide one another
    ax.errorbar(
        np.array(counts) * aside,
        1 - means[kind],
        table.std(axis=1),
        marker="o",
        capsize=4,
        label=kind,
    )
ax.set(xscale="log", yscale="log", xlabel="labelled examples of each digit")
ax.set(ylabel="wrong on test digits", xticks=counts, yticks=[0.05, 0.1, 0.2, 0.3])
ax.set_xticklabels([str(count) for count in counts])
ax.set_yticklabels(["5 %", "10 %", "20 %", "30 %"])
ax.minorticks_off()
ax.legend(title=f"mean and standard deviation, {table.shape[1]} seeds")
plots.show(fig, alt="TODO")

# %%
print("wrong on test digits")
print(f"{'':12}", *(f"{count:>7}" for count in counts))
for kind in KINDS:
    print(f"{kind:12}", *(f"{1 - accuracy:7.1%}" for accuracy in means[kind]))
