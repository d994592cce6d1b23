;;! osr=0
;; Calls of the function itself go through the code table; references below
;; the loop lie where collectors find them.
(module
  (func $f (param externref i32) (result externref)
    (local.get 0)
    (loop $l
      (drop (call $f (local.get 0) (i32.const 0)))
      (br_if $l (local.get 1)))))

;; func 0, frame of 48 bytes
;;   10: push rbp
;;   11: mov rbp, rsp
;;   14: sub rsp, 0x30
;;   18: mov [rsp+0x10], rbx
;;   1d: mov [rsp+0x18], r12
;;   22: mov [rsp+0x20], r13
;;   27: mov [rsp+0x28], r14
;;   2c: mov r13, [rdi]
;;   2f: mov rax, [r13+0x40]
;;   33: mov esi, [rax]
;;   35: mov ebx, [rax+0x10]
;;   38: mov eax, [rax+0x20]
;;   3b: mov r12, [rdi+8]
;;   3f: mov [rsp+8], esi
;;   43: mov [rsp], eax
;;   46: mov rax, [r13]
;;   4a: cmp rax, 0xffffffffffffffff
;;   4e: je 0x9a
;;   54: mov r14, rdi
;;   57: mov rax, [r12]
;;   5b: mov esi, [rsp+8]
;;   5f: xor edx, edx
;;   61: mov rdi, r14
;;   64: call rax  ; references at sp+[0, 8]
;;   66: mov esi, [rsp+8]
;;   6a: mov eax, [rsp]
;;   6d: test ebx, ebx
;;   6f: je 0x7d
;;   75: mov rdi, r14
;;   78: jmp 0x3f
;;   7d: mov rbx, [rsp+0x10]
;;   82: mov r12, [rsp+0x18]
;;   87: mov r13, [rsp+0x20]
;;   8c: mov r14, [rsp+0x28]
;;   91: add rsp, 0x30
;;   95: mov rsp, rbp
;;   98: pop rbp
;;   99: ret
;;   9a: mov rax, [rdi+0x10]
;;   9e: mov rax, [rax]
;;   a1: call rax  ; references at sp+[0, 8]
;;   a3: mov r14, rdi
;;   a6: jmp 0x57
