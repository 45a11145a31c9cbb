# %% [markdown]
# # Lab 5: Transfer learning
#
# **After this lab you can**
#
# - reuse a trained network on pictures that it has never seen, with a few images of each class and
#   in seconds;
# - keep what it computes on disk, and be sure that what you read is what it would compute now;
# - say when reuse beats a network of your own, and which of its layers to keep;
# - fine-tune it, and recognise the three usual ways in which that goes wrong;
# - make a classifier of a folder of your own pictures, and save it.
#
# **Time:** about three and a half hours. The exercises take two of them.
#
# **It builds on** lab 3: convolutions, pooling, Inception modules, batch normalisation, dropout.
#
# Each exercise ends in `lab.check(...)`. Run its cell as often as you like: the check says what is
# wrong, and on which input. `lab.hint("nearest")` gives a hint, and one more each time you call
# it. `lab.progress()` shows what is done.

# %%
import hashlib
import tempfile
import time
from pathlib import Path

import keras
import numpy as np

from course_utils import datasets, plots, training, transfer
from course_utils.lab import Lab
from course_utils.models import insight
from course_utils.models.googlenet import class_names, course_input, googlenet

SEED = 1  # another number gives other weights to start from, and the same conclusions

lab = Lab("05_transfer")
training.set_seed(SEED)

# %% [markdown]
# ## 1. What a trained network already knows
#
# Can a network that learned about goldfish, school buses and teapots tell apart chairs? It has
# never been asked to. But on its way to the teapot it had to learn about edges, corners, handles
# and surfaces, and chairs are made of these too. **Transfer learning** takes the layers that know
# about such things from one network, and puts a new, small classifier on them.
#
# The network here is GoogLeNet (Szegedy and others, 2014), which has 22 layers with weights, most
# of them in nine **Inception modules**. You built such a module in lab 3: four branches side by
# side, whose maps are laid behind one another. The course ships a small one, of half the width, for
# images of 64 × 64 pixels. It was trained to tell apart 200 classes of Tiny ImageNet.

# %%
network = googlenet()
names = class_names()
modules = [layer.name for layer in network.layers if isinstance(layer, keras.layers.Concatenate)]
print(f"{network.count_params():,} weights; {len(names)} classes, such as {', '.join(names[::25])}")
assert len(modules) == 9 and network.output_shape == (None, 200)

# %% [markdown]
# Its blocks, with the shape of what leaves each of them. The **bottleneck** is the narrowest place
# of the network: the average of each of the last maps. All that the classifier behind it learns of
# an image are these numbers.

# %%
stages = ["conv1_7x7_s2", "conv2_3x3", *modules, "bottleneck", "probabilities"]
texts = {
    name: " × ".join(str(n) for n in network.get_layer(name).output.shape[1:]) for name in stages
}
boxes = {"images": ("images\n64 × 64 × 3", 0.0, 2.0)}
for number, name in enumerate(stages, 1):
    row, column = divmod(number, 5)
    label = name.replace("_7x7_s2", "").replace("_3x3", "").replace("_", " ")
    boxes[name] = (f"{label}\n{texts[name]}", 2.2 * column, 2.0 - 1.0 * row)
flow = list(boxes)
fig, ax = plots.figure(width=9, height=3.2)
plots.blocks(ax, boxes, [(a, b, 0.0) for a, b in zip(flow[:-1], flow[1:], strict=True)])
plots.show(
    fig,
    alt="GoogLeNet as a chain of blocks in three rows: images, two convolutions, nine Inception "
    "modules from 3a to 5b, whose maps become smaller and more numerous, the bottleneck, a vector "
    "of 512 numbers, and 200 probabilities.",
)

# %% [markdown]
# ### What its layers answer to
#
# Let us see what becomes of a photograph. Convolutions do not mind the size of an image, so that
# the same weights work on a larger one, on which we see more.
#
# **Before you run the next cell:** the maps are shown from an early layer to a late one. In which
# of them will you still recognise the palace?

# %%
palace, flower = datasets.photographs()
large = googlenet((None, None, 3), include_top=False)
photo = course_input((255 * palace[:416, :624]).astype("uint8"), side=416)
shown = ["conv1_7x7_s2_relu", "conv2_3x3_relu", "inception_3b", "inception_4c", "inception_5b"]
maps = insight.feature_maps(large, photo, shown)

# %%
fig, axes = plots.figure(len(shown), 7, width=9, height=7.2)
for row, (name, answers) in zip(axes, maps.items(), strict=True):
    strongest = np.argsort(answers[0].std(axis=(0, 1)))[::-1][:6]
    row[0].imshow(photo[0] / 2 + 0.5)
    row[0].set_axis_off()
    row[0].set_title(name.replace("_relu", "").replace("_7x7_s2", ""), loc="left")
    for ax, number in zip(row[1:], strongest, strict=True):
        ax.imshow(answers[0, :, :, number], cmap="gray")
        ax.set_axis_off()
        ax.set_title(f"map {number}")
plots.show(
    fig,
    alt="For five layers from first to last, the photograph of the palace and the six maps in it "
    "that vary most. Those of the first layer look like drawings of the palace's edges; in the "
    "middle there are spots at roofs and columns; the last maps are coarse, with few bright "
    "places.",
)

# %% [markdown]
# Early layers answer to edges, at each pixel. Later ones answer to rarer and larger things, and say
# less and less about where. At the end, the average over all places is taken, and what remains is
# *how much* of each thing there is: a vector of 512 numbers.
#
# ### Chairs
#
# Our new images are chairs, ten kinds of them, which the course renders itself. In the **studio**
# there is one chair of each kind, seen from 200 directions. The **varied** ones differ in shape,
# colour, light and background.

# %%
studio, studio_labels = datasets.chairs()
varied, varied_labels = datasets.chairs(views=60, varied=True)
CHAIRS = datasets.CHAIRS
print(f"studio: {studio.shape} {studio.dtype}, varied: {varied.shape}, classes: {len(CHAIRS)}")

# %%
fig, axes = plots.figure(3, 10, width=9, height=3.2)
for kind, column in enumerate(axes.T):
    chosen = [
        studio[studio_labels == kind][15],
        varied[varied_labels == kind][2],
        varied[varied_labels == kind][3],
    ]
    for ax, image in zip(column, chosen, strict=True):
        ax.imshow(image)
        ax.set_axis_off()
    column[0].set_title(CHAIRS[kind], fontsize=8)
plots.show(
    fig,
    alt="Ten kinds of chairs in columns. The first row shows each before white; the rows below "
    "show others of the same kind, in other colours, rooms and light.",
)

# %% [markdown]
# ### What lies near what
#
# An image is a point: in the space of its pixels, with 12,288 coordinates, or in the space of its
# bottleneck, with 512. If the network has learned something useful, then images of one kind should
# lie in similar **directions** of the second space. The angle between two vectors is measured by
# its cosine:
#
# $$\cos(z, z') = \frac{z \cdot z'}{\lVert z \rVert \, \lVert z' \rVert}$$
#
# It is 1 if they point the same way, however long they are.

# %% [markdown]
# ### Exercise 1: `nearest` (2 points, 15 minutes, medium)


# %%
def nearest(query, gallery, k):
    """For each query, find the vectors in a gallery that are most similar to it, by their cosine.

    query: float array (queries, features). gallery: float array (vectors, features), at least k of
    them. No vector is zero, and no two in the gallery are equally similar to a query.
    Returns an int array (queries, k): numbers of rows of the gallery, counted from 0, the most
    similar first.
    """
    ### BEGIN SOLUTION
    lengths = np.linalg.norm(gallery, axis=1)
    similarity = query @ (gallery / lengths[:, None]).T
    return np.argsort(-similarity, axis=1)[:, :k]
    ### END SOLUTION


lab.check("nearest", nearest)

# %% [markdown]
# Now the bottlenecks of the varied chairs. `transfer.backbone` cuts off the classifier, and
# `course_input` makes of pixels from 0 to 255 what the network learned with, -1 to 1.

# %%
backbone = transfer.backbone(network)
extractor = transfer.Bottlenecks(backbone, preprocess=course_input, verbose=False)
z_varied = extractor(varied)
print(f"from {varied[0].size:,} numbers per image to {z_varied.shape[1]}")

# %% [markdown]
# **Before you run the next cell:** two images of different chairs have the same white wall behind
# them. Will they be near each other in pixels? And in the bottleneck?

# %%
pixels = varied.reshape(len(varied), -1) / 255
pixels -= pixels.mean(axis=0)  # or all of them point the same way: towards white
near_pixels = nearest(pixels, pixels, 6)
near_z = nearest(z_varied, z_varied, 6)
queries = np.flatnonzero(np.arange(len(varied)) % 60 == 7)[[1, 3, 4, 6]]

# %%
fig, axes = plots.figure(4, 12, width=9, height=3.6)
for row, query in zip(axes, queries, strict=True):
    found = [*near_pixels[query], *near_z[query]]
    for ax, number in zip(row, found, strict=True):
        ax.imshow(varied[number])
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        right = varied_labels[number] == varied_labels[query]
        for side in ax.spines.values():
            side.set(
                visible=True, linewidth=2, color=plots.PALETTE["green"] if right else "#BBBBBB"
            )
axes[0, 0].set_title("in pixels: the image and its nearest", loc="left")
axes[0, 6].set_title("in the bottleneck", loc="left")
plots.show(
    fig,
    alt="Four varied chairs, each with its five nearest images by pixels on the left and by the "
    "bottleneck on the right. Chairs of the same kind are framed in green. By pixels they share "
    "colours and backgrounds; by the bottleneck more of them share the kind of chair.",
)


# %%
def share_of_kin(near):
    """How many of the five nearest (the image itself left out) are of the same class."""
    return np.mean(varied_labels[near[:, 1:]] == varied_labels[:, None])


in_pixels, in_z = share_of_kin(near_pixels), share_of_kin(near_z)
print(
    f"of the five nearest, of the same kind: {in_pixels:.0%} in pixels, {in_z:.0%} in z; "
    "10 % by chance"
)
assert in_z > in_pixels > 0.1

# %% [markdown]
# Nobody told the network what a stool is. Yet in its bottleneck, stools lie nearer to stools than
# they do in pixels. A classifier on top has less left to do: that is all of transfer learning.
#
# ## 2. The recipe
#
# 1. Send all images through the trained layers once. Keep the bottlenecks.
# 2. Train one new layer on the bottlenecks.
# 3. Put it on the trained layers: one network, from pixels to your classes.
#
# ### Step 1: extract
#
# Images go through a network in batches: all at once do not fit into its memory, one by one is
# slow.

# %% [markdown]
# ### Exercise 2: `extract` (1 point, 10 minutes, easy)


# %%
def extract(network, images, batch):
    """Return the features of many images, computed a few at a time.

    network: a function from float32 images (n, height, width, channels), scaled to -1 to 1, to
    their features (n, features), n from 1 to `batch`. images: uint8 array (images, height, width,
    channels), from 0 to 255, at least one image; it stays as it is. batch: how many images the
    network takes at once.
    Returns an array (images, features): row i belongs to image i. The last batch may be smaller.
    """
    ### BEGIN SOLUTION
    features = []
    for start in range(0, len(images), batch):
        pixels = images[start : start + batch].astype("float32")
        features.append(network(pixels / 127.5 - 1))
    return np.concatenate(features)
    ### END SOLUTION


lab.check("extract", extract)

# %% [markdown]
# Yours and the library's must agree:

# %%
mine = extract(lambda x: np.array(backbone(x, training=False)), varied[:20], 8)
assert np.allclose(mine, z_varied[:20], atol=1e-3)
print(f"largest difference: {np.abs(mine - z_varied[:20]).max():.1e}")

# %% [markdown]
# ### Keep
#
# A bottleneck is the same today and tomorrow, as long as three things are: the image, the weights
# of the network, and what is done to the pixels before. So it can be kept in a file. The danger
# is a **stale** file: somebody replaced an image or trained the network further, and the old
# numbers are served as if nothing had happened. No error appears, the results are wrong.
#
# The cure is to name the file by its contents. A **hash** function such as SHA-256 makes 64
# hexadecimal digits of any bytes. The same bytes give the same digits, at every run and on every
# machine; other bytes give other digits. So the hash of *all* that the result depends on is a key:
# whatever changes, the key changes too, and the old file is not found.
#
# The bytes must be put in a stated order, and must say what they are. Here, for each weight, then
# for the images: the text `name dtype shape`, then the numbers.

# %%
for contents in (b"a chair", b"a chair", b"A chair"):
    print(contents, hashlib.sha256(contents).hexdigest()[:16], "...")

# %% [markdown]
# ### Exercise 3: `cache_key` (2 points, 15 minutes, medium)


# %%
def cache_key(images, weights):
    """Return a key for the features of images: 64 hexadecimal digits of SHA-256.

    images: an array. weights: a dict from a weight's name to its array.
    The hash is that of these bytes, one after the other: for each weight, in the alphabetical order
    of the names (as `sorted` has it), the text "name dtype shape" as UTF-8, for instance
    "conv/kernel float32 (3, 3, 1, 8)" as Python prints array.dtype and array.shape, and then the
    array's numbers, row by row, as they are (`tobytes`). At last the same for the images, under the
    name "images".
    """
    ### BEGIN SOLUTION
    digest = hashlib.sha256()
    for name, array in [*sorted(weights.items()), ("images", images)]:
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
    ### END SOLUTION


lab.check("cache_key", cache_key)

# %%
weights = {weight.path: np.array(weight) for weight in backbone.weights}
changed = varied[:20].copy()
changed[3, 30, 30, 0] ^= 1  # one bit of one pixel
for what, images in (("images", varied[:20]), ("again", varied[:20]), ("one bit", changed)):
    print(f"{what:8} {cache_key(images, weights)[:32]} ...")
assert cache_key(varied[:20], weights) != cache_key(changed, weights)

# %% [markdown]
# `transfer.Bottlenecks` does this for each image by itself: add one image to a thousand, and one is
# computed. It writes a file under another name first and renames it when it is whole, so that
# nobody ever reads half a file, and it notices a damaged one.
#
# (Here the cache lies in a folder that is deleted at the end, so that you can see both cases. For
# your own work give it a folder that stays.)

# %%
scratch = tempfile.TemporaryDirectory()
bottlenecks = transfer.Bottlenecks(backbone, preprocess=course_input, cache=scratch.name)
z_studio = bottlenecks(studio)
seconds_extract = bottlenecks.report.seconds

# %%
again = bottlenecks(studio)
seconds_cached = bottlenecks.report.seconds
assert np.array_equal(again, z_studio) and bottlenecks.report.computed == 0

# %% [markdown]
# ### Step 2: a new layer
#
# On the bottleneck, one layer is enough: softmax regression. With few images it can still learn
# them by heart. Dropout on its input helps.

# %% [markdown]
# ### Exercise 4: `new_layer` (1 point, 10 minutes, easy)


# %%
def new_layer(features, classes, dropout):
    """Return the new classifier: a compiled Keras model from bottlenecks to probabilities.

    features: length of a bottleneck. classes: how many there are. dropout: part of the features
    that is dropped in training.
    The model takes (batch, features) and returns (batch, classes). Dropout comes first, then one
    dense layer with softmax. It is compiled with Adam at a learning rate of 0.003 and the
    cross-entropy for labels that are whole numbers; metrics are up to you.
    """
    ### BEGIN SOLUTION
    model = keras.Sequential(
        [
            keras.Input((features,)),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.003),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model
    ### END SOLUTION


lab.check("new_layer", new_layer)

# %% [markdown]
# Half of the views of each studio chair to learn from, half to be tested on:

# %%
learn = np.arange(len(studio)) % 2 == 0
head = new_layer(z_studio.shape[1], len(CHAIRS), dropout=0.2)
start = time.perf_counter()
history = head.fit(z_studio[learn], studio_labels[learn], epochs=50, verbose=0)
seconds_train = time.perf_counter() - start
accuracy = head.evaluate(z_studio[~learn], studio_labels[~learn], verbose=0)[1]
print(f"accuracy on the other views: {accuracy:.1%}")
assert accuracy > 0.8

# %% [markdown]
# ### What the cache saves
#
# Without keeping the bottlenecks, each of the 50 epochs would send each image through the whole
# network again.
#
# **Before you run the next cell:** guess by which factor that would take longer.

# %%
seconds_epoch = seconds_extract * learn.mean()  # half of the images were learned from
without = 50 * seconds_epoch + seconds_train
with_cache = seconds_epoch + seconds_train
ratio = without / with_cache
print(f"50 epochs without keeping: about {ratio:.0f} times as long as with it")
print(f"reading them again: {seconds_extract / seconds_cached:.0f} times as fast as computing")
assert ratio > 3

# %%
fig, ax = plots.figure(width=6.5, height=1.9)
bars = [("each epoch anew", 50 * seconds_epoch), ("bottlenecks kept", seconds_epoch)]
for name, seconds in bars:
    ax.barh(name, seconds, color=plots.PALETTE["blue"])
    ax.barh(name, seconds_train, left=seconds, color=plots.PALETTE["orange"])
ax.barh(name, 0, color=plots.PALETTE["blue"], label="trained layers")
ax.barh(name, 0, color=plots.PALETTE["orange"], label="new layer, 50 epochs")
ax.set(xlabel="time (s)")
ax.grid(axis="y", visible=False)
ax.legend(loc="lower right")
plots.show(
    fig,
    alt="Two bars of time. With each epoch anew nearly all of a long bar is spent in the trained "
    "layers. With bottlenecks kept the bar is short, and a good part of it is the new layer.",
)

# %% [markdown]
# The factor grows with the number of epochs and with the size of the network. And you will train
# the new layer more than once: to choose its learning rate, its dropout, its classes.
#
# The price: you cannot show the network another crop or mirror image at each epoch, since each of
# these has a bottleneck of its own.
#
# ### Step 3: one network again
#
# Whoever uses the classifier has an image, not a bottleneck. So the parts are put together. What
# was done to the pixels belongs into the network, or somebody will forget it.

# %% [markdown]
# ### Exercise 5: `assembled` (2 points, 15 minutes, medium)


# %%
def assembled(backbone, head):
    """Return one Keras model from raw images to probabilities.

    backbone: a Keras model from images (batch, height, width, channels), scaled to -1 to 1, to
    features. head: a Keras model from these features to probabilities.
    The new model takes images of the backbone's size with pixels from 0 to 255, scales them, and
    returns what head makes of what backbone makes of them. It shares the weights of both. The
    backbone is frozen: in training, only the head can learn.
    """
    ### BEGIN SOLUTION
    backbone.trainable = False
    inputs = keras.Input(backbone.input_shape[1:])
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(inputs)
    return keras.Model(inputs, head(backbone(x)))
    ### END SOLUTION


lab.check("assembled", assembled)

# %%
classifier = assembled(backbone, head)
probabilities = classifier.predict(studio[~learn][::100].astype("float32"), verbose=0)
expected = head.predict(z_studio[~learn][::100], verbose=0)
print(f"largest difference to head and bottlenecks: {np.abs(probabilities - expected).max():.1e}")
assert np.allclose(probabilities, expected, atol=1e-3)

# %% [markdown]
# `transfer.assemble` does the same, and so does `transfer.new_head` for the layer.

# %%
lab.progress()
# === SECTIONS 3 AND 4 ===

# %% [markdown]
# ## 5. Fine-tuning, and how it goes wrong
#
# So far the trained layers stayed as they were. **Fine-tuning** lets some of them learn on, on the
# new images. The first layers answer to edges, which chairs have as well; they may stay. The last
# ones answer to parts of goldfish and buses; it is there that something can be gained.
#
# What is frozen below can still be computed once. Here everything up to module 4e is frozen: the
# bottleneck is now a stack of maps, and what learns is a small network that begins with them.
#
# ### What learns, and what must not
#
# `layer.trainable = False` freezes the weights of a layer. For **batch normalisation** Keras makes
# it mean more. In training, such a layer normalises by mean and variance of the batch, and moves
# its stored statistics a little towards these. Frozen, it uses the stored ones and leaves them
# alone, in training too. These statistics come from a hundred thousand images. Sixteen chairs are
# no match for that, so batch normalisation stays frozen even where the layers around it learn.
#
# (Guides tell you to call the trained part with `training=False` for that. In Keras 3 this is not
# enough: `fit` calls all layers with `training=True` and overrides it.)

# %% [markdown]
# ### Exercise 6: `free_modules` (2 points, 15 minutes, medium)


# %%
def free_modules(backbone, modules):
    """Let some Inception modules of a network learn, freeze all else; return the network.

    backbone: a Keras model whose layers are named after their module, such as "inception_5a_3x3",
    "inception_5a_3x3_norm" and "inception_5a_3x3_relu" for "inception_5a". It is changed.
    modules: list of names of modules.
    A layer learns (layer.trainable is True) if its name begins with the name of one of the modules
    and an underscore, unless it is a keras.layers.BatchNormalization. No other layer learns.
    Returns backbone.
    """
    ### BEGIN SOLUTION
    for layer in backbone.layers:
        named = any(layer.name.startswith(f"{module}_") for module in modules)
        layer.trainable = named and not isinstance(layer, keras.layers.BatchNormalization)
    return backbone
    ### END SOLUTION


lab.check("free_modules", free_modules)

# %%
before = sum(w.numpy().size for w in googlenet(include_top=False).trainable_weights)
tuned = free_modules(googlenet(include_top=False), ["inception_5a", "inception_5b"])
free = sum(w.numpy().size for w in tuned.trainable_weights)
print(f"{free:,} of {before:,} weights learn ({free / before:.0%})")
assert 0 < free < before

# %% [markdown]
# ### The task
#
# Varied chairs, 20 images of each class to learn from, 40 to be tested on. First the maps of
# module 4e, once; then the new layer, on the bottleneck of the network as it is. This is the
# starting point of every experiment: a new layer with random weights would send large, senseless
# gradients into the layers below, and destroy what they know.

# %%
lower = keras.Model(tuned.inputs[0], tuned.get_layer("inception_4e").output)
upper = keras.Model(lower.outputs[0], tuned.outputs[0])  # from 4e's maps to the bottleneck
maps_4e = transfer.Bottlenecks(lower, preprocess=course_input, cache=scratch.name)(varied)
learn_v = np.arange(len(varied)) % 3 == 0
x, t = maps_4e[learn_v], varied_labels[learn_v]
x_test, t_test = maps_4e[~learn_v], varied_labels[~learn_v]
print(f"maps of 4e: {maps_4e.shape}; {len(x)} images to learn from, {len(x_test)} to test")

# %%
head = transfer.new_head(z_varied.shape[1], len(CHAIRS))
head.fit(z_varied[learn_v], t, epochs=50, verbose=0)
frozen = head.evaluate(z_varied[~learn_v], t_test, verbose=0)[1]
model = transfer.assemble(upper, head)
as_they_were = model.get_weights()
print(f"nothing below the new layer learns: accuracy {frozen:.1%}")

# %% [markdown]
# Each experiment begins there, with the same weights. `fine_tune` freezes and frees as your
# function does, and gives the layers below a tenth of the new layer's learning rate.


# %%
def experiment(rate, images=slice(None), epochs=12):
    """Fine-tune modules 5a and 5b from the common start. Returns the history."""
    training.set_seed(SEED)
    model.set_weights(as_they_were)
    return transfer.fine_tune(
        model,
        x[images],
        t[images],
        trainable_from="all",
        learning_rate=rate,
        epochs=epochs,
        validation_data=(x_test, t_test),
        verbose=0,
    ).history


runs = {"rate 0.001": experiment(0.001)}

# %% [markdown]
# ### The rate too high, the statistics spoilt
#
# Now two mistakes. One is a learning rate 100 times as high, which is fine for a network that
# begins with random weights. The other leaves the rate as it is and lets batch normalisation
# learn, on batches of 4.
#
# **Before you run the next two cells:** what do you expect of the accuracy on the *training*
# images in each case?

# %%
runs["rate 0.1"] = experiment(0.1)

# %%
model.set_weights(as_they_were)
upper.trainable = True  # of every layer, batch normalisation included
model.compile(
    optimizer=keras.optimizers.Adam(0.0001),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
statistics = [w.numpy() for w in upper.weights if "moving_mean" in w.path]
history = model.fit(x, t, batch_size=4, epochs=6, validation_data=(x_test, t_test), verbose=0)
runs["batch statistics of 4"] = history.history
moved = [w.numpy() for w in upper.weights if "moving_mean" in w.path]

# %%
fig, axes = plots.figure(1, 2, width=9, height=3.4, sharey=True)
looks = zip(runs.items(), ["blue", "vermillion", "purple"], ["o-", "s--", "^:"], strict=True)
for (name, run), color, look in looks:
    for ax, metric in zip(axes, ("accuracy", "val_accuracy"), strict=True):
        epochs = np.arange(1, len(run[metric]) + 1)
        ax.plot(epochs, run[metric], look, color=plots.PALETTE[color], label=name, markersize=4)
axes[1].axhline(frozen, color="black", linewidth=1)
axes[1].annotate("new layer alone", (12, frozen), (0, 3), textcoords="offset points", ha="right")
axes[0].set(title="training images", xlabel="epoch", ylabel="accuracy", ylim=(0, 1.03))
axes[1].set(title="test images", xlabel="epoch")
axes[0].legend(loc="lower right")
plots.show(
    fig,
    alt="Accuracy over the epochs on training and test images for three runs. At a rate of 0.001 "
    "it rises on both. At a rate of 0.1 it falls at once and recovers slowly, if at all. With "
    "batch statistics of 4 it lies below the first run on the test images.",
)

# %% [markdown]
# **The rate.** The first steps throw the weights far away from where they were good. What is
# learned afterwards is learned by a network that begins with worse than random weights.
#
# **The statistics.** In training, each image is normalised together with three others; in the test,
# by the stored statistics, which have become a blurred memory of the last small batches. The two no
# longer fit. How far have they moved?

# %%
for label, end in (("first", 0), ("last", -1)):
    before, after = statistics[end], moved[end]
    shift = np.abs(after - before).mean() / np.abs(before).mean()
    print(f"{label} normalisation: its means moved by {shift:.0%} of their size")
last = {name: run["val_accuracy"][-1] for name, run in runs.items()}
print(
    ", ".join(f"{name}: {value:.2f}" for name, value in last.items()), f"; new layer: {frozen:.2f}"
)
assert last["rate 0.1"] < max(last["rate 0.001"], frozen)

# %% [markdown]
# ### Too few images
#
# The third way to go wrong is to have too little to learn from. Modules 5a and 5b have hundreds of
# thousands of weights.
#
# **Before you run the next cell:** with 2, 5 and 20 images of each kind, where will fine-tuning
# gain over the new layer alone?

# %%
per_class = [2, 5, 20]
scores = {"new layer alone": [], "fine-tuned": [], "fine-tuned, training images": []}
for n in per_class:
    few = np.arange(len(t)) % 20 < n
    training.set_seed(SEED)
    head.set_weights(transfer.new_head(z_varied.shape[1], len(CHAIRS)).get_weights())
    head.fit(z_varied[learn_v][few], t[few], epochs=50, verbose=0)
    alone = head.evaluate(z_varied[~learn_v], t_test, verbose=0)[1]
    as_they_were[-2:] = head.get_weights()
    run = experiment(0.001, images=few, epochs=10)
    numbers = (alone, run["val_accuracy"][-1], run["accuracy"][-1])
    for values, number in zip(scores.values(), numbers, strict=True):
        values.append(number)

# %%
fig, ax = plots.figure(width=6, height=3.2)
for (name, values), look in zip(scores.items(), ("o-", "s--", "^:"), strict=True):
    ax.plot(per_class, values, look, label=name)
ax.set(xlabel="images of each kind", ylabel="accuracy", ylim=(0, 1.03), xticks=per_class)
ax.legend(loc="center right")
plots.show(
    fig,
    alt="Accuracy against the number of images of each kind, 2, 5 and 20. On the training images "
    "the fine-tuned network is close to 1 throughout; on the test images it and the new layer "
    "alone lie far below and rise with the number of images.",
)

# %% [markdown]
# What is learned by heart shows as the gap between the two curves of the fine-tuned network. So:
#
# - few images: the new layer alone;
# - more images: free the last modules, at a tenth of the rate or less;
# - many images, and unlike those of the first training: free more, up to all of it;
# - in any case begin with a trained new layer, leave batch normalisation frozen, and watch accuracy
#   on images that nothing was learned from.
#
# ## 6. Your own pictures
#
# Now the recipe for pictures of your own. Put them into a folder that holds one folder for each
# class:
#
#     my_pictures/
#         mug/      IMG_0412.jpg  IMG_0413.jpg ...
#         plant/    ...
#
# Ten of each class are a good beginning. They may be of any size and shape. Then set `FOLDER`
# below. As long as it is `None`, the cell writes some varied chairs into a folder and takes these.

# %%
FOLDER = None  # for instance "my_pictures"


def some_chairs(folder, kinds=(1, 3, 4, 9), count=40):
    """Write varied chairs of a few kinds as JPEG files into a folder of class folders."""
    for kind in kinds:
        inside = Path(folder, CHAIRS[kind])
        inside.mkdir(parents=True)
        for number, image in enumerate(varied[varied_labels == kind][:count]):
            keras.utils.save_img(inside / f"{number:02}.jpg", image)
    return folder


pictures = FOLDER or some_chairs(Path(scratch.name, "pictures"))

# %% [markdown]
# From folder to features in one line. `Bottlenecks` turns photographs upright, names files that it
# cannot read, and computes next time only what is new:

# %%
bottlenecks = transfer.Bottlenecks(transfer.backbone(), course_input, cache=scratch.name)
z, labels, kinds, files = bottlenecks.folder(pictures)
print(f"{len(files)} pictures of {len(kinds)} classes: {', '.join(kinds)}")

# %% [markdown]
# Every fifth is kept for the test:

# %%
kept = np.arange(len(z)) % 5 == 0
head = transfer.new_head(z.shape[1], len(kinds))
head.fit(z[~kept], labels[~kept], epochs=60, verbose=0)
accuracy = head.evaluate(z[kept], labels[kept], verbose=0)[1]
print(f"accuracy on {kept.sum()} pictures: {accuracy:.0%}; guessing: {1 / len(kinds):.0%}")

# %% [markdown]
# Save the whole network, from pixels on, and load it as somebody else would, who has nothing but
# the file:

# %%
rescale = keras.layers.Rescaling(1 / 127.5, offset=-1)
model = transfer.assemble(bottlenecks.network, head, before=rescale)
saved = Path(scratch.name, "my_classifier.keras")
model.save(saved)
served = keras.saving.load_model(saved)
size = saved.stat().st_size / 1e6
print(f"{saved.name}: {size:.1f} MB, {served.input_shape} to {served.output_shape}")

# %% [markdown]
# And ask it. `course_input` opens and crops the files; as the network now scales the pixels itself,
# they go back to 0 to 255:

# %%
chosen = np.random.default_rng(SEED).choice(len(files), 8, replace=False)
images = (course_input([files[i] for i in chosen]) + 1) * 127.5
probabilities = served.predict(images, verbose=0)
assert np.allclose(probabilities, head.predict(z[chosen], verbose=0), atol=1e-2)

# %%
fig, axes = plots.figure(2, 8, width=9, height=3.0)
for column, image, p in zip(axes.T, images, probabilities, strict=True):
    column[0].imshow(image.astype("uint8"))
    column[0].set_axis_off()
    column[0].set_title(kinds[p.argmax()], fontsize=8)
    column[1].barh(kinds, p, color=plots.PALETTE["blue"])
    column[1].set(xlim=(0, 1), xticks=[0, 1])
    column[1].tick_params(labelsize=7, labelleft=column[0] is axes[0, 0])
axes[1, 0].set_xlabel("probability")
plots.show(
    fig,
    alt="Eight pictures with the class that the saved network finds likeliest above, and the "
    "probabilities of all classes as bars below.",
)

# %% [markdown]
# A folder that is none, or is laid out otherwise, is answered by a sentence:

# %%
from course_utils.errors import CourseError

for wrong in ("my_pictuers", pictures / kinds[0] if FOLDER is None else Path(FOLDER) / kinds[0]):
    try:
        bottlenecks.folder(wrong)
    except CourseError as error:
        print(str(error).replace(scratch.name, "..."))
# === SECTION 7 ===
