;;! osr=0
;; Calls of the function itself go through the code table; references below
;; the loop lie where collectors find them.
(module
  (func $f (param externref i32) (result externref)
    (local.get 0)
    (loop $l
      (drop (call $f (local.get 0) (i32.const 0)))
      (br_if $l (local.get 1)))))

;; func 0, frame of 64 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: sub rsp, 0x40
;;    8: mov [rsp+0x10], rbx
;;    d: mov [rsp+0x18], r12
;;   12: mov [rsp+0x20], r13
;;   17: mov [rsp+0x28], r14
;;   1c: mov [rsp+0x30], r15
;;   21: mov r14, [rdi]
;;   24: mov rax, [r14+0x40]
;;   28: mov esi, [rax]
;;   2a: mov ebx, [rax+0x10]
;;   2d: mov eax, [rax+0x20]
;;   30: mov r12, rsp
;;   33: mov r13, [rdi+8]
;;   37: mov [rsp+8], esi
;;   3b: mov [rsp], eax
;;   3e: mov rax, [r14]
;;   41: cmp r12, rax
;;   44: jb 0x95
;;   4a: mov r15, rdi
;;   4d: mov rax, [r13]
;;   51: mov esi, [rsp+8]
;;   55: xor edx, edx
;;   57: mov rdi, r15
;;   5a: call rax  ; references at sp+[0, 8]
;;   5c: mov esi, [rsp+8]
;;   60: mov eax, [rsp]
;;   63: test ebx, ebx
;;   65: je 0x73
;;   6b: mov rdi, r15
;;   6e: jmp 0x37
;;   73: mov rbx, [rsp+0x10]
;;   78: mov r12, [rsp+0x18]
;;   7d: mov r13, [rsp+0x20]
;;   82: mov r14, [rsp+0x28]
;;   87: mov r15, [rsp+0x30]
;;   8c: add rsp, 0x40
;;   90: mov rsp, rbp
;;   93: pop rbp
;;   94: ret
;;   95: mov rax, [rdi+0x10]
;;   99: mov rax, [rax]
;;   9c: call rax  ; references at sp+[0, 8]
;;   9e: mov r15, rdi
;;   a1: jmp 0x4d
