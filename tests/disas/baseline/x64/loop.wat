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
;;   30: mov r11, [r14+0x28]
;;   34: sub dword ptr [r11], 2
;;   38: js 0x69
;;   3e: mov r11, [r14]
;;   41: cmp rsp, [r11]
;;   44: jb 0x75
;;   4a: add r9d, r8d
;;   4d: dec r8d
;;   50: jne 0x30
;;   52: mov eax, r9d
;;   55: mov r11, [r14+0x28]
;;   59: sub dword ptr [r11], 2
;;   5d: js 0x81
;;   63: mov r14, [rbp-8]
;;   67: leave
;;   68: ret
;;   69: push 0
;;   6b: mov r11, [r14+0x10]
;;   6f: call qword ptr [r11+0x70]
;;   73: jmp 0x3e
;;   75: push 0
;;   77: mov r11, [r14+0x10]
;;   7b: call qword ptr [r11+0x68]
;;   7f: jmp 0x4a
;;   81: push 0xffffffffffffffff
;;   83: mov r11, [r14+0x10]
;;   87: call qword ptr [r11+0x70]
;;   8b: jmp 0x63

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
;;   30: mov r11, [r14+0x28]
;;   34: sub dword ptr [r11+4], 1
;;   39: js 0x4d
;;   3f: mov r11, [r14]
;;   42: cmp rsp, [r11]
;;   45: jb 0x59
;;   4b: jmp 0x30
;;   4d: push 0
;;   4f: mov r11, [r14+0x10]
;;   53: call qword ptr [r11+0x70]
;;   57: jmp 0x3f
;;   59: push 0
;;   5b: mov r11, [r14+0x10]
;;   5f: call qword ptr [r11+0x68]
;;   63: jmp 0x4b
