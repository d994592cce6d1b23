(module (memory 100) (func (export "_start")))
