(module
  (memory 1)
  (func (param i32) (result i32)
    (i32.load offset=8 (local.get 0)))
  (func (param i32 i64)
    (i64.store (local.get 0) (local.get 1)))
  ;; Beyond the guard: checked.
  (func (param i32) (result i32)
    (i32.load8_u offset=0x5000000 (local.get 0)))
  ;; The base is loaded once.
  (func (param i32 i32) (result i64)
    (local i64)
    (loop
      (local.set 2 (i64.add (local.get 2) (i64.load (local.get 0))))
      (local.set 0 (i32.add (local.get 0) (i32.const 8)))
      (br_if 0 (i32.lt_u (local.get 0) (local.get 1))))
    (local.get 2)))

;; func 0, frame of 32 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x20
;;    e: mov [rbp-0x10], r14
;;   12: mov [rbp-0x18], rbx
;;   16: mov r14, rdi
;;   19: mov [rbp-8], esi
;;   1c: mov rbx, [r14+0x40]
;;   20: mov eax, [rbp-8]
;;   23: mov eax, [rbx+rax+8]  ; trap: out of bounds memory access
;;   27: mov r11, [r14+0x28]
;;   2b: sub dword ptr [r11], 1
;;   2f: js 0x3f
;;   35: mov r14, [rbp-0x10]
;;   39: mov rbx, [rbp-0x18]
;;   3d: leave
;;   3e: ret
;;   3f: push 0xffffffffffffffff
;;   41: mov r11, [r14+0x10]
;;   45: call qword ptr [r11+0x70]
;;   49: jmp 0x35

;; func 1, frame of 32 bytes
;;    2: push rbp
;;    3: mov rbp, rsp
;;    6: sub rsp, 0x20
;;    a: mov [rbp-0x18], r14
;;    e: mov [rbp-0x20], rbx
;;   12: mov r14, rdi
;;   15: mov [rbp-0x10], esi
;;   18: mov [rbp-8], rdx
;;   1c: mov rbx, [r14+0x40]
;;   20: mov rax, [rbp-8]
;;   24: mov ecx, [rbp-0x10]
;;   27: mov [rbx+rcx], rax  ; trap: out of bounds memory access
;;   2b: mov r11, [r14+0x28]
;;   2f: sub dword ptr [r11+4], 1
;;   34: js 0x44
;;   3a: mov r14, [rbp-0x18]
;;   3e: mov rbx, [rbp-0x20]
;;   42: leave
;;   43: ret
;;   44: push 0xffffffffffffffff
;;   46: mov r11, [r14+0x10]
;;   4a: call qword ptr [r11+0x70]
;;   4e: jmp 0x3a

;; func 2, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: mov eax, [rbp-8]
;;   23: mov rcx, [r14+0x48]
;;   27: lea r11, [rax+0x5000001]
;;   2e: cmp r11, [rcx+8]
;;   32: ja 0x59
;;   38: mov r11, [rcx]
;;   3b: movzx eax, byte ptr [r11+rax+0x5000000]  ; trap: out of bounds memory access
;;   44: mov r11, [r14+0x28]
;;   48: sub dword ptr [r11+8], 1
;;   4d: js 0x5b
;;   53: mov r14, [rbp-0x10]
;;   57: leave
;;   58: ret
;;   59: ud2  ; trap: out of bounds memory access
;;   5b: push 0xffffffffffffffff
;;   5d: mov r11, [r14+0x10]
;;   61: call qword ptr [r11+0x70]
;;   65: jmp 0x53

;; func 3, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-8], r14
;;   1a: mov [rbp-0x10], rbx
;;   1e: mov r14, rdi
;;   21: mov r8d, esi
;;   24: mov r10d, edx
;;   27: xor r9d, r9d
;;   2a: mov rbx, [r14+0x40]
;;   2e: mov r11, [r14]
;;   31: cmp rsp, [r11]
;;   34: jae 0x40
;;   36: push 0
;;   38: mov r11, [r14+0x10]
;;   3c: call qword ptr [r11+0x68]
;;   40: mov r11, [r14+0x28]
;;   44: sub dword ptr [r11+0xc], 2
;;   49: js 0x87
;;   4f: mov r11, [r14]
;;   52: cmp rsp, [r11]
;;   55: jb 0x93
;;   5b: mov rax, [rbx+r8]  ; trap: out of bounds memory access
;;   5f: add r9, rax
;;   62: add r8d, 8
;;   66: cmp r8d, r10d
;;   69: jb 0x40
;;   6b: mov rax, r9
;;   6e: mov r11, [r14+0x28]
;;   72: sub dword ptr [r11+0xc], 3
;;   77: js 0x9f
;;   7d: mov r14, [rbp-8]
;;   81: mov rbx, [rbp-0x10]
;;   85: leave
;;   86: ret
;;   87: push 0
;;   89: mov r11, [r14+0x10]
;;   8d: call qword ptr [r11+0x70]
;;   91: jmp 0x4f
;;   93: push 0
;;   95: mov r11, [r14+0x10]
;;   99: call qword ptr [r11+0x68]
;;   9d: jmp 0x5b
;;   9f: push 0xffffffffffffffff
;;   a1: mov r11, [r14+0x10]
;;   a5: call qword ptr [r11+0x70]
;;   a9: jmp 0x7d
