;;! checked
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
;;   1c: mov rbx, [r14+0x48]
;;   20: mov eax, [rbp-8]
;;   23: lea r11, [rax+0xc]
;;   27: cmp r11, [rbx+8]
;;   2b: ja 0x51
;;   31: mov r11, [rbx]
;;   34: mov eax, [r11+rax+8]  ; trap: out of bounds memory access
;;   39: mov r11, [r14+0x28]
;;   3d: sub dword ptr [r11], 1
;;   41: js 0x53
;;   47: mov r14, [rbp-0x10]
;;   4b: mov rbx, [rbp-0x18]
;;   4f: leave
;;   50: ret
;;   51: ud2  ; trap: out of bounds memory access
;;   53: push 0xffffffffffffffff
;;   55: mov r11, [r14+0x10]
;;   59: call qword ptr [r11+0x70]
;;   5d: jmp 0x47

;; func 1, frame of 32 bytes
;;    2: push rbp
;;    3: mov rbp, rsp
;;    6: sub rsp, 0x20
;;    a: mov [rbp-0x18], r14
;;    e: mov [rbp-0x20], rbx
;;   12: mov r14, rdi
;;   15: mov [rbp-0x10], esi
;;   18: mov [rbp-8], rdx
;;   1c: mov rbx, [r14+0x48]
;;   20: mov rax, [rbp-8]
;;   24: mov ecx, [rbp-0x10]
;;   27: lea r11, [rcx+8]
;;   2b: cmp r11, [rbx+8]
;;   2f: ja 0x55
;;   35: mov r11, [rbx]
;;   38: mov [r11+rcx], rax  ; trap: out of bounds memory access
;;   3c: mov r11, [r14+0x28]
;;   40: sub dword ptr [r11+4], 1
;;   45: js 0x57
;;   4b: mov r14, [rbp-0x18]
;;   4f: mov rbx, [rbp-0x20]
;;   53: leave
;;   54: ret
;;   55: ud2  ; trap: out of bounds memory access
;;   57: push 0xffffffffffffffff
;;   59: mov r11, [r14+0x10]
;;   5d: call qword ptr [r11+0x70]
;;   61: jmp 0x4b

;; func 2, frame of 32 bytes
;;    6: push rbp
;;    7: mov rbp, rsp
;;    a: sub rsp, 0x20
;;    e: mov [rbp-0x10], r14
;;   12: mov [rbp-0x18], rbx
;;   16: mov r14, rdi
;;   19: mov [rbp-8], esi
;;   1c: mov rbx, [r14+0x48]
;;   20: mov eax, [rbp-8]
;;   23: lea r11, [rax+0x5000001]
;;   2a: cmp r11, [rbx+8]
;;   2e: ja 0x59
;;   34: mov r11, [rbx]
;;   37: movzx eax, byte ptr [r11+rax+0x5000000]  ; trap: out of bounds memory access
;;   40: mov r11, [r14+0x28]
;;   44: sub dword ptr [r11+8], 1
;;   49: js 0x5b
;;   4f: mov r14, [rbp-0x10]
;;   53: mov rbx, [rbp-0x18]
;;   57: leave
;;   58: ret
;;   59: ud2  ; trap: out of bounds memory access
;;   5b: push 0xffffffffffffffff
;;   5d: mov r11, [r14+0x10]
;;   61: call qword ptr [r11+0x70]
;;   65: jmp 0x4f

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
;;   2a: mov rbx, [r14+0x48]
;;   2e: mov r11, [r14]
;;   31: cmp rsp, [r11]
;;   34: jae 0x40
;;   36: push 0
;;   38: mov r11, [r14+0x10]
;;   3c: call qword ptr [r11+0x68]
;;   40: mov r11, [r14+0x28]
;;   44: sub dword ptr [r11+0xc], 2
;;   49: js 0x98
;;   4f: mov r11, [r14]
;;   52: cmp rsp, [r11]
;;   55: jb 0xa4
;;   5b: lea r11, [r8+8]
;;   5f: cmp r11, [rbx+8]
;;   63: ja 0xb0
;;   69: mov r11, [rbx]
;;   6c: mov rax, [r11+r8]  ; trap: out of bounds memory access
;;   70: add r9, rax
;;   73: add r8d, 8
;;   77: cmp r8d, r10d
;;   7a: jb 0x40
;;   7c: mov rax, r9
;;   7f: mov r11, [r14+0x28]
;;   83: sub dword ptr [r11+0xc], 3
;;   88: js 0xb2
;;   8e: mov r14, [rbp-8]
;;   92: mov rbx, [rbp-0x10]
;;   96: leave
;;   97: ret
;;   98: push 0
;;   9a: mov r11, [r14+0x10]
;;   9e: call qword ptr [r11+0x70]
;;   a2: jmp 0x4f
;;   a4: push 0
;;   a6: mov r11, [r14+0x10]
;;   aa: call qword ptr [r11+0x68]
;;   ae: jmp 0x5b
;;   b0: ud2  ; trap: out of bounds memory access
;;   b2: push 0xffffffffffffffff
;;   b4: mov r11, [r14+0x10]
;;   b8: call qword ptr [r11+0x70]
;;   bc: jmp 0x8e
