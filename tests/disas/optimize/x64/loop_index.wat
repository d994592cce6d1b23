;; An index that is compared after its step takes the place of the one before:
;; no move and no other jump on the way back.
(module
  (memory 1)
  (func $up (local $i i32)
    (loop $again
      (i32.store (local.get $i) (local.get $i))
      (br_if $again
        (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 400)))))
  ;; Nothing needs this sum.
  (func $sum (param i32) (result i32)
    (i32.eq (i32.add (local.get 0) (i32.const 4)) (i32.const 400))))

;; func 0, frame of 0 bytes
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: mov rax, [rdi]
;;   37: mov rcx, [rax]
;;   3a: mov rdx, rsp
;;   3d: cmp rdx, rcx
;;   40: jb 0x76
;;   46: xor ecx, ecx
;;   48: mov rdx, [rdi+0x50]
;;   4c: mov rsi, [rax]
;;   4f: cmp rsi, 0xffffffffffffffff
;;   53: je 0x84
;;   59: mov esi, ecx
;;   5b: mov [rdx+rsi], ecx  ; trap: out of bounds memory access
;;   5e: add ecx, 4
;;   64: cmp rcx, 0x190
;;   6b: jne 0x4c
;;   71: mov rsp, rbp
;;   74: pop rbp
;;   75: ret
;;   76: mov rcx, [rdi+0x10]
;;   7a: mov rcx, [rcx]
;;   7d: call rcx
;;   7f: jmp 0x46
;;   84: mov rsi, [rdi+0x10]
;;   88: mov rsi, [rsi]
;;   8b: call rsi
;;   8d: jmp 0x59

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov r9, [rdi]
;;    7: mov r9, [r9]
;;    a: mov r10, rsp
;;    d: cmp r10, r9
;;   10: jb 0x27
;;   16: cmp esi, 0x18c
;;   1c: sete al
;;   1f: movzx eax, al
;;   22: mov rsp, rbp
;;   25: pop rbp
;;   26: ret
;;   27: mov rax, [rdi+0x10]
;;   2b: mov rax, [rax]
;;   2e: call rax
;;   30: jmp 0x16
