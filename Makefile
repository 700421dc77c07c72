# Thin over packaging/bootstrap.sh, which also works where make is missing: sh packaging/bootstrap.sh help

# The value reaches the script through the environment, unexpanded: folders may hold spaces, quotes and dollar signs.
override PHOTOS := $(value PHOTOS)
export PHOTOS

.PHONY: help run test test-all lint setup lock translations wheel screenshots clean
.DEFAULT_GOAL := help

help run test test-all lint setup lock translations wheel screenshots clean:
	@sh packaging/bootstrap.sh $@
