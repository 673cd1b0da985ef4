-- needs: nosuchfs
error("not run")
