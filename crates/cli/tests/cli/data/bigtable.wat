(module (table 1000 funcref) (func (export "_start")))
