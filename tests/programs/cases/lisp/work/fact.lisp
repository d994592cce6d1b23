; Exact while it fits, floating beyond.
(define (fact n) (if (< n 2) 1 (* n (fact (- n 1)))))
(define (float-fact n) (if (< n 2.0) 1.0 (* n (float-fact (- n 1.0)))))
(let ((i 0))
  (while (< i 21)
    (display i "! = " (fact i)) (newline)
    (set! i (+ i 1))))
(display "170! = " (float-fact 170.0)) (newline)
