(module
  (func (param i32) (result i32)
    (block (block (block (block
      (br_table 0 1 2 1 3 (local.get 0)))
      (return (i32.const 10)))
      (return (i32.const 20)))
      (return (i32.const 30)))
    (i32.const 40)))

;; func 0, frame of 16 bytes
;;    e: push rbp
;;    f: mov rbp, rsp
;;   12: sub rsp, 0x10
;;   16: mov [rbp-0x10], r14
;;   1a: mov r14, rdi
;;   1d: mov [rbp-8], esi
;;   20: mov eax, [rbp-8]
;;   23: cmp eax, 4
;;   26: jae 0x6b
;;   2c: lea r11, [rip+0xa]
;;   33: movsxd rcx, [r11+rax*4]
;;   37: add r11, rcx
;;   3a: jmp r11
;;   3d: -> 4d
;;   41: -> 57
;;   45: -> 61
;;   49: -> 57
;;   4d: mov eax, 0xa
;;   52: jmp 0x70
;;   57: mov eax, 0x14
;;   5c: jmp 0x70
;;   61: mov eax, 0x1e
;;   66: jmp 0x70
;;   6b: mov eax, 0x28
;;   70: sub dword ptr [r14+0x40], 1
;;   75: js 0x81
;;   7b: mov r14, [rbp-0x10]
;;   7f: leave
;;   80: ret
;;   81: push 0xffffffffffffffff
;;   83: mov r11d, 0
;;   89: call qword ptr [r14+0x48]
;;   8d: jmp 0x7b
