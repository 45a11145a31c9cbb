"""Work on what students handed in, in processes of their own with limits of time and memory."""
