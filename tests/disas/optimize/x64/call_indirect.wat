(module
  (type $t (func (param i32) (result i32)))
  (table $fixed 10 10 funcref)
  (table $growing 10 funcref)
  (func (param i32 i32) (result i32)
    (call_indirect $fixed (type $t) (local.get 0) (local.get 1)))
  (func (param i32 i32) (result i32)
    (call_indirect $growing (type $t) (local.get 0) (local.get 1))))

;; func 0, frame of 16 bytes
;;   20: push rbp
;;   21: mov rbp, rsp
;;   24: sub rsp, 0x10
;;   28: mov [rsp], rbx
;;   2c: mov [rsp+8], r12
;;   31: mov r12, rsi
;;   34: mov rax, [rdi]
;;   37: mov rax, [rax]
;;   3a: mov rcx, rsp
;;   3d: cmp rcx, rax
;;   40: jb 0xa3
;;   46: mov edx, edx
;;   48: cmp rdx, 0xa
;;   4c: jae 0xce
;;   52: mov rax, [rdi+0x50]
;;   56: lea rcx, [rax+rdx*8]
;;   5a: cmp rdx, 0xa
;;   5e: cmovae rcx, rax
;;   62: mov rax, [rcx]
;;   65: cmp rax, 1
;;   69: jbe 0xb1
;;   6f: mov rbx, rdi
;;   72: mov ecx, [rax+0x10]
;;   75: mov rdx, [rbx+0x18]
;;   79: cmp ecx, [rdx]
;;   7b: jne 0xd0
;;   81: mov rcx, [rax+0x18]
;;   85: mov rdi, [rax+8]
;;   89: mov rax, [rcx]
;;   8c: mov rsi, r12
;;   8f: call rax
;;   91: mov rbx, [rsp]
;;   95: mov r12, [rsp+8]
;;   9a: add rsp, 0x10
;;   9e: mov rsp, rbp
;;   a1: pop rbp
;;   a2: ret
;;   a3: mov rax, [rdi+0x10]
;;   a7: mov rax, [rax]
;;   aa: call rax
;;   ac: jmp 0x46
;;   b1: mov rax, [rdi+0x10]
;;   b5: mov rbx, rdi
;;   b8: mov rax, [rax+0x58]
;;   bc: xor esi, esi
;;   be: call rax
;;   c0: test rax, rax
;;   c3: je 0xd2
;;   c9: jmp 0x72
;;   ce: ud2  ; trap: undefined element: out of bounds table access
;;   d0: ud2  ; trap: indirect call type mismatch
;;   d2: ud2  ; trap: uninitialized element

;; func 1, frame of 16 bytes
;;   20: push rbp
;;   21: mov rbp, rsp
;;   24: sub rsp, 0x10
;;   28: mov [rsp], rbx
;;   2c: mov [rsp+8], r12
;;   31: mov r12, rsi
;;   34: mov rax, [rdi]
;;   37: mov rax, [rax]
;;   3a: mov rcx, rsp
;;   3d: cmp rcx, rax
;;   40: jb 0xa8
;;   46: mov rcx, [rdi+0x68]
;;   4a: mov rax, [rcx+8]
;;   4e: mov edx, edx
;;   50: cmp rdx, rax
;;   53: jae 0xd6
;;   59: mov rcx, [rcx]
;;   5c: lea rsi, [rcx+rdx*8]
;;   60: cmp rdx, rax
;;   63: cmovae rsi, rcx
;;   67: mov rax, [rsi]
;;   6a: cmp rax, 1
;;   6e: jbe 0xb6
;;   74: mov rbx, rdi
;;   77: mov ecx, [rax+0x10]
;;   7a: mov rdx, [rbx+0x18]
;;   7e: cmp ecx, [rdx]
;;   80: jne 0xd8
;;   86: mov rcx, [rax+0x18]
;;   8a: mov rdi, [rax+8]
;;   8e: mov rax, [rcx]
;;   91: mov rsi, r12
;;   94: call rax
;;   96: mov rbx, [rsp]
;;   9a: mov r12, [rsp+8]
;;   9f: add rsp, 0x10
;;   a3: mov rsp, rbp
;;   a6: pop rbp
;;   a7: ret
;;   a8: mov rax, [rdi+0x10]
;;   ac: mov rax, [rax]
;;   af: call rax
;;   b1: jmp 0x46
;;   b6: mov rax, [rdi+0x10]
;;   ba: mov rbx, rdi
;;   bd: mov rax, [rax+0x58]
;;   c1: mov esi, 1
;;   c6: call rax
;;   c8: test rax, rax
;;   cb: je 0xda
;;   d1: jmp 0x77
;;   d6: ud2  ; trap: undefined element: out of bounds table access
;;   d8: ud2  ; trap: indirect call type mismatch
;;   da: ud2  ; trap: uninitialized element
