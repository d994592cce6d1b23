(module
  (func (param i32) (result i32)
    (block (block (block (block
      (br_table 0 1 2 1 3 (local.get 0)))
      (return (i32.const 10)))
      (return (i32.const 20)))
      (return (i32.const 30)))
    (i32.const 40)))

;; func 0, frame of 0 bytes
;;   30: push rbp
;;   31: mov rbp, rsp
;;   34: mov rax, [rdi]
;;   37: mov rax, [rax]
;;   3a: mov rcx, rsp
;;   3d: cmp rcx, rax
;;   40: jb 0xa3
;;   46: mov eax, 4
;;   4b: mov ecx, esi
;;   4d: cmp ecx, eax
;;   4f: cmovb eax, ecx
;;   52: lea rcx, [rip+9]
;;   59: movsxd rax, [rcx+rax*4]
;;   5d: add rcx, rax
;;   60: jmp rcx
;;   62: -> 8f
;;   66: -> 85
;;   6a: -> 7b
;;   6e: -> 85
;;   72: -> 99
;;   76: jmp 0x85
;;   7b: mov eax, 0x1e
;;   80: mov rsp, rbp
;;   83: pop rbp
;;   84: ret
;;   85: mov eax, 0x14
;;   8a: mov rsp, rbp
;;   8d: pop rbp
;;   8e: ret
;;   8f: mov eax, 0xa
;;   94: mov rsp, rbp
;;   97: pop rbp
;;   98: ret
;;   99: mov eax, 0x28
;;   9e: mov rsp, rbp
;;   a1: pop rbp
;;   a2: ret
;;   a3: mov rax, [rdi+0x10]
;;   a7: mov rax, [rax]
;;   aa: call rax
;;   ac: jmp 0x46
