"""`python -m facenet_core`."""

from facenet_core.cli import main

raise SystemExit(main())
