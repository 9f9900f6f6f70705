"""Events and times: their distribution for each row out of sample, and the chances that one of them is wrong."""
