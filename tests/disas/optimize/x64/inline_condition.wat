;;! inline
(module
  (type $t (func (param i32 i32) (result i32)))
  (memory 1)
  (table 8 8 funcref)
  (elem (i32.const 0) $compare)
  (func $compare (type $t)
    (if (i32.eq (local.get 0) (local.get 1))
      (then
        (local.set 0 (i32.load (local.get 0)))
        (local.set 1 (i32.load (local.get 1)))
        (return (i32.sub
          (i32.gt_s (local.get 0) (local.get 1)) (i32.lt_s (local.get 0) (local.get 1))))))
    (select (i32.const -1) (i32.const 1) (i32.lt_u (local.get 0) (local.get 1))))
  ;; Two comparisons and no difference, with a cmov for each.
  (func $least (param i32 i32 i32) (result i32)
    (select (local.get 1) (local.get 2)
      (i32.lt_s (call_indirect (type $t) (local.get 1) (local.get 2) (local.get 0))
        (i32.const 0))))
  ;; The same two, and branches.
  (func $store (param i32 i32)
    (if (i32.ge_s (call $compare (local.get 0) (local.get 1)) (i32.const 0))
      (then (i32.store (local.get 0) (local.get 1))))))

;; func 0, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x56
;;   16: cmp esi, edx
;;   18: je 0x31
;;   1e: mov eax, 1
;;   23: cmp esi, edx
;;   25: cmovb eax, [rip+0x3c]
;;   2c: mov rsp, rbp
;;   2f: pop rbp
;;   30: ret
;;   31: mov rax, [rdi+0x50]
;;   35: mov ecx, esi
;;   37: mov ecx, [rax+rcx]  ; trap: out of bounds memory access
;;   3a: mov edx, edx
;;   3c: mov edx, [rax+rdx]  ; trap: out of bounds memory access
;;   3f: cmp ecx, edx
;;   41: setg al
;;   44: movzx eax, al
;;   47: cmp ecx, edx
;;   49: setl cl
;;   4c: movzx ecx, cl
;;   4f: sub eax, ecx
;;   51: mov rsp, rbp
;;   54: pop rbp
;;   55: ret
;;   56: mov rax, [rdi+0x10]
;;   5a: mov rax, [rax]
;;   5d: call rax
;;   5f: jmp 0x16
;;   64: add [rax], al
;;   66: add [rax], al
;;   68: 8 bytes of constants

;; func 1, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov r8, rsp
;;    d: cmp r8, rax
;;   10: jb 0x67
;;   16: mov esi, esi
;;   18: cmp rsi, 8
;;   1c: jae 0xf5
;;   22: mov rax, [rdi+0x60]
;;   26: mov rax, [rax+rsi*8]
;;   2a: lea r8, [rdi+0x70]
;;   2e: cmp rax, r8
;;   31: jne 0x75
;;   37: cmp edx, ecx
;;   39: je 0x4c
;;   3f: cmp ecx, edx
;;   41: cmovb edx, ecx
;;   44: mov rax, rdx
;;   47: jmp 0x62
;;   4c: mov rsi, [rdi+0x50]
;;   50: mov edi, edx
;;   52: mov edi, [rsi+rdi]  ; trap: out of bounds memory access
;;   55: mov r8d, ecx
;;   58: cmp edi, [rsi+r8]  ; trap: out of bounds memory access
;;   5c: cmovl ecx, edx
;;   5f: mov rax, rcx
;;   62: mov rsp, rbp
;;   65: pop rbp
;;   66: ret
;;   67: mov rax, [rdi+0x10]
;;   6b: mov rax, [rax]
;;   6e: call rax
;;   70: jmp 0x16
;;   75: mov r8d, 1
;;   7b: cmp rsi, 8
;;   7f: cmovae rax, r8
;;   83: cmp rax, 1
;;   87: ja 0xb8
;;   8d: mov rax, [rdi]
;;   90: mov dword ptr [rax+0x60], 0
;;   97: mov [rax+0x68], rsi
;;   9b: mov rax, [rdi+0x10]
;;   9f: mov rax, [rax+0x90]
;;   a6: call rax
;;   a8: mov rax, [rdi]
;;   ab: mov rax, [rax+0x58]
;;   af: test rax, rax
;;   b2: je 0xf7
;;   b8: mov esi, [rax+0x10]
;;   bb: mov r8, [rdi+0x18]
;;   bf: cmp esi, [r8]
;;   c2: jne 0xf9
;;   c8: mov rsi, [rdi]
;;   cb: mov [rsi+0x58], rax
;;   cf: mov [rsi+0x60], edx
;;   d2: mov [rsi+0x68], ecx
;;   d5: mov rax, [rdi+0x10]
;;   d9: mov rax, [rax+0x98]
;;   e0: call rax
;;   e2: mov rax, [rdi]
;;   e5: mov eax, [rax+0x60]
;;   e8: test eax, eax
;;   ea: cmovl ecx, edx
;;   ed: mov rax, rcx
;;   f0: jmp 0x62
;;   f5: ud2  ; trap: undefined element: out of bounds table access
;;   f7: ud2  ; trap: uninitialized element
;;   f9: ud2  ; trap: indirect call type mismatch

;; func 2, frame of 0 bytes
;;    0: push rbp
;;    1: mov rbp, rsp
;;    4: mov rax, [rdi]
;;    7: mov rax, [rax]
;;    a: mov rcx, rsp
;;    d: cmp rcx, rax
;;   10: jb 0x51
;;   16: cmp esi, edx
;;   18: je 0x2b
;;   1e: cmp esi, edx
;;   20: jb 0x4c
;;   26: jmp 0x43
;;   2b: mov rax, [rdi+0x50]
;;   2f: mov ecx, esi
;;   31: mov ecx, [rax+rcx]  ; trap: out of bounds memory access
;;   34: mov r8d, edx
;;   37: mov eax, [rax+r8]  ; trap: out of bounds memory access
;;   3b: cmp ecx, eax
;;   3d: jl 0x4c
;;   43: mov rax, [rdi+0x50]
;;   47: mov ecx, esi
;;   49: mov [rax+rcx], edx  ; trap: out of bounds memory access
;;   4c: mov rsp, rbp
;;   4f: pop rbp
;;   50: ret
;;   51: mov rax, [rdi+0x10]
;;   55: mov rax, [rax]
;;   58: call rax
;;   5a: jmp 0x16
