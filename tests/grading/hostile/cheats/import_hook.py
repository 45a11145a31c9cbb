# The answer comes from an import hook and from a module's __getattr__; it reads where it can.
# %% start
import sys
import types


class Hook:
    def find_spec(self, name, path=None, target=None):
        return None

    def __getattr__(self, name):
        raise AttributeError(name)


sys.meta_path.insert(0, Hook())
answers = types.ModuleType("solutions")
answers.__getattr__ = lambda name: lambda *args: None
sys.modules["solutions"] = sys.modules["exercises"] = answers

# %% step
from solutions import step
