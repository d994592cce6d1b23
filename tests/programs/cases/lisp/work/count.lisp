(let ((i 0)) (while (< i 30000) (display i " " (* i i) " " (/ (float i) 7)) (newline) (set! i (+ i 1))))
