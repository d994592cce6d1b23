;;! no-tiering
(module
  (func (param i32) (result i32) (local i32)
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
    local.get 1))

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
;;   30: mov r11, [r14]
;;   33: cmp rsp, [r11]
;;   36: jb 0x4d
;;   3c: add r9d, r8d
;;   3f: dec r8d
;;   42: jne 0x30
;;   44: mov eax, r9d
;;   47: mov r14, [rbp-8]
;;   4b: leave
;;   4c: ret
;;   4d: push 0
;;   4f: mov r11, [r14+0x10]
;;   53: call qword ptr [r11+0x68]
;;   57: jmp 0x3c
