"""The moderators' console: pages rendered here, served over HTTP on this machine."""
