(module
  (func (param i32) (result i32) (local i32)
    ;; Neither stores nor calls.
    loop
      local.get 1
      local.get 0
      i32.add
      local.set 1
      local.get 0
      i32.const 1
      i32.sub
      local.tee 0
      br_if 0
    end
    local.get 1)
  (func
    (loop (br 0))))

;; func 0, frame of 16 bytes
;;    9: push rbp
;;    a: mov rbp, rsp
;;    d: sub rsp, 0x10
;;   11: mov [rbp-8], r14
;;   15: mov r14, rdi
;;   18: mov r8d, esi
;;   1b: xor r9d, r9d
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: sub dword ptr [r14+0x40], 2
;;   35: js 0x63
;;   3b: mov r11, [r14]
;;   3e: cmp rsp, [r11]
;;   41: jb 0x71
;;   47: add r9d, r8d
;;   4a: dec r8d
;;   4d: jne 0x30
;;   4f: mov eax, r9d
;;   52: sub dword ptr [r14+0x40], 2
;;   57: js 0x7d
;;   5d: mov r14, [rbp-8]
;;   61: leave
;;   62: ret
;;   63: push 0
;;   65: mov r11d, 0
;;   6b: call qword ptr [r14+0x48]
;;   6f: jmp 0x3b
;;   71: push 0
;;   73: mov r11, [r14+0x10]
;;   77: call qword ptr [r11+0x68]
;;   7b: jmp 0x47
;;   7d: push 0xffffffffffffffff
;;   7f: mov r11d, 0
;;   85: call qword ptr [r14+0x48]
;;   89: jmp 0x5d

;; func 1, frame of 16 bytes
;;    f: push rbp
;;   10: mov rbp, rsp
;;   13: sub rsp, 0x10
;;   17: mov [rbp-8], r14
;;   1b: mov r14, rdi
;;   1e: mov r11, [r14]
;;   21: cmp rsp, [r11]
;;   24: jae 0x30
;;   26: push 0
;;   28: mov r11, [r14+0x10]
;;   2c: call qword ptr [r11+0x68]
;;   30: sub dword ptr [r14+0x40], 1
;;   35: js 0x49
;;   3b: mov r11, [r14]
;;   3e: cmp rsp, [r11]
;;   41: jb 0x57
;;   47: jmp 0x30
;;   49: push 0
;;   4b: mov r11d, 1
;;   51: call qword ptr [r14+0x48]
;;   55: jmp 0x3b
;;   57: push 0
;;   59: mov r11, [r14+0x10]
;;   5d: call qword ptr [r11+0x68]
;;   61: jmp 0x47
