(module
  (func (param i32) (result i32)
    (block (block (block (block
      (br_table 0 1 2 1 3 (local.get 0)))
      (return (i32.const 10)))
      (return (i32.const 20)))
      (return (i32.const 30)))
    (i32.const 40)))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x73
;;   16: mov eax, 4
;;   1b: mov ecx, esi
;;   1d: cmp ecx, eax
;;   1f: cmovb eax, ecx
;;   22: lea rcx, [rip+9]
;;   29: movsxd rax, [rcx+rax*4]
;;   2d: add rcx, rax
;;   30: jmp rcx
;;   32: -> 5f
;;   36: -> 55
;;   3a: -> 4b
;;   3e: -> 55
;;   42: -> 69
;;   46: jmp 0x55
;;   4b: mov eax, 0x1e
;;   50: mov rsp, rbp
;;   53: pop rbp
;;   54: ret
;;   55: mov eax, 0x14
;;   5a: mov rsp, rbp
;;   5d: pop rbp
;;   5e: ret
;;   5f: mov eax, 0xa
;;   64: mov rsp, rbp
;;   67: pop rbp
;;   68: ret
;;   69: mov eax, 0x28
;;   6e: mov rsp, rbp
;;   71: pop rbp
;;   72: ret
;;   73: mov rax, [rdi+0x10]
;;   77: mov rax, [rax]
;;   7a: call rax
;;   7c: jmp 0x16
