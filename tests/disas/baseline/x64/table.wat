(module
  (table $f 10 funcref)
  (table $e 10 20 externref)
  (func (param i32) (result funcref)
    (table.get $f (local.get 0)))
  (func (param i32 funcref)
    (table.set $f (local.get 0) (local.get 1)))
  (func (param i32) (result externref)
    (table.get $e (local.get 0)))
  (func (param i32 externref)
    (table.set $e (local.get 0) (local.get 1)))
  (func (param i32 externref) (result i32)
    (table.grow $e (local.get 1) (local.get 0))))

;; func 0, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: mov eax, [rbp-8]
;;   23: mov r11, [r14+0x48]
;;   27: cmp rax, [r11+8]
;;   2b: jae 0x59
;;   31: mov r11, [r11]
;;   34: mov r11, [r11+rax*8]
;;   38: cmp r11, 1
;;   3c: jbe 0x5b
;;   42: mov rax, r11
;;   45: mov r11, [r14+0x28]
;;   49: sub dword ptr [r11], 1
;;   4d: js 0x6f
;;   53: mov r14, [rbp-0x10]
;;   57: leave
;;   58: ret
;;   59: ud2  ; trap: out of bounds table access
;;   5b: push 0
;;   5d: mov r11, rax
;;   60: mov rax, [r14+0x10]
;;   64: call qword ptr [rax+0x88]
;;   6a: mov rax, r11
;;   6d: jmp 0x45
;;   6f: push 0xffffffffffffffff
;;   71: mov r11, [r14+0x10]
;;   75: call qword ptr [r11+0x70]
;;   79: jmp 0x53

;; func 1, frame of 32 bytes
;;    a: push rbp
;;    b: mov rbp, rsp
;;    e: sub rsp, 0x20
;;   12: mov [rbp-0x18], r14
;;   16: mov r14, rdi
;;   19: mov [rbp-0x10], esi
;;   1c: mov [rbp-8], rdx
;;   20: mov rax, [rbp-8]
;;   24: mov ecx, [rbp-0x10]
;;   27: mov r11, [r14+0x48]
;;   2b: cmp rcx, [r11+8]
;;   2f: jae 0x59
;;   35: mov r11, [r11]
;;   38: cmp rax, 1
;;   3c: adc rax, 0
;;   40: mov [r11+rcx*8], rax
;;   44: mov r11, [r14+0x28]
;;   48: sub dword ptr [r11+4], 1
;;   4d: js 0x5b
;;   53: mov r14, [rbp-0x18]
;;   57: leave
;;   58: ret
;;   59: ud2  ; trap: out of bounds table access
;;   5b: push 0xffffffffffffffff
;;   5d: mov r11, [r14+0x10]
;;   61: call qword ptr [r11+0x70]
;;   65: jmp 0x53

;; func 2, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: mov eax, [rbp-8]
;;   23: mov r11, [r14+0x58]
;;   27: cmp rax, [r11+8]
;;   2b: jae 0x4d
;;   31: mov r11, [r11]
;;   34: mov eax, [r11+rax*4]
;;   38: mov r11, [r14+0x28]
;;   3c: sub dword ptr [r11+8], 1
;;   41: js 0x4f
;;   47: mov r14, [rbp-0x10]
;;   4b: leave
;;   4c: ret
;;   4d: ud2  ; trap: out of bounds table access
;;   4f: push 0xffffffffffffffff
;;   51: mov r11, [r14+0x10]
;;   55: call qword ptr [r11+0x70]
;;   59: jmp 0x47

;; func 3, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-0x10], esi
;;   1d: mov [rbp-8], edx
;;   20: mov eax, [rbp-8]
;;   23: mov ecx, [rbp-0x10]
;;   26: mov r11, [r14+0x58]
;;   2a: cmp rcx, [r11+8]
;;   2e: jae 0x50
;;   34: mov r11, [r11]
;;   37: mov [r11+rcx*4], eax
;;   3b: mov r11, [r14+0x28]
;;   3f: sub dword ptr [r11+0xc], 1
;;   44: js 0x52
;;   4a: mov r14, [rbp-0x18]
;;   4e: leave
;;   4f: ret
;;   50: ud2  ; trap: out of bounds table access
;;   52: push 0xffffffffffffffff
;;   54: mov r11, [r14+0x10]
;;   58: call qword ptr [r11+0x70]
;;   5c: jmp 0x4a

;; func 4, frame of 32 bytes
;;    b: push rbp
;;    c: mov rbp, rsp
;;    f: sub rsp, 0x20
;;   13: mov [rbp-0x18], r14
;;   17: mov r14, rdi
;;   1a: mov [rbp-0x10], esi
;;   1d: mov [rbp-8], edx
;;   20: mov ecx, [rbp-8]
;;   23: mov edx, [rbp-0x10]
;;   26: mov esi, 1
;;   2b: mov rdi, r14
;;   2e: mov r11, [r14+0x10]
;;   32: call qword ptr [r11+0x30]  ; references at sp+[24]
;;   36: mov eax, eax
;;   38: mov r11, [r14+0x28]
;;   3c: sub dword ptr [r11+0x10], 1
;;   41: js 0x4d
;;   47: mov r14, [rbp-0x18]
;;   4b: leave
;;   4c: ret
;;   4d: push 0xffffffffffffffff
;;   4f: mov r11, [r14+0x10]
;;   53: call qword ptr [r11+0x70]
;;   57: jmp 0x47
