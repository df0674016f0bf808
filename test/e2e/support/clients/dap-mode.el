;;; A session of Emacs with dap-mode, without a screen: launch, breakpoint, stack, variables, a filter, back, to the end. -*- lexical-binding: t -*-
;;
;; emacs --batch -l dap-mode.el NODE ADAPTER PROGRAM LINE
;; Prints a line for each thing seen. Nothing of the user's configuration is read or written.

(setq user-emacs-directory (file-name-as-directory (make-temp-file "conspect-emacs" t)))
(setq dap-breakpoints-file (expand-file-name "breakpoints" user-emacs-directory)
      lsp-session-file (expand-file-name "session" user-emacs-directory)
      lsp-server-install-dir user-emacs-directory
      debug-on-error nil)
(unless (featurep 'dap-mode)
  (package-initialize))
(require 'dap-mode)
(require 'dap-ui)

(defvar conspect-limit 60 "Seconds to wait for anything.")
(defvar conspect-stops 0)
(defvar conspect-session nil)

(defun conspect-say (format-text &rest values)
  (princ (concat (apply #'format format-text values) "\n")))

(defun conspect-wait (what predicate)
  "Wait until PREDICATE holds; WHAT names it."
  (let ((end (+ (float-time) conspect-limit)))
    (while (not (funcall predicate))
      (when (> (float-time) end)
        (conspect-say "no %s" what)
        (kill-emacs 1))
      (accept-process-output nil 0.02))))

(defun conspect-after-stop (action)
  "Do ACTION, and wait until the program has stopped again."
  (let ((before conspect-stops))
    (funcall action)
    (conspect-wait "stop" (lambda () (> conspect-stops before)))))

(defun conspect-top-frame ()
  (car (gethash "stackFrames" (dap-request conspect-session "stackTrace" :threadId 1))))

(defun conspect-variables ()
  "Names and values of the first scope of the innermost frame."
  (let* ((frame (gethash "id" (conspect-top-frame)))
         (scope (car (gethash "scopes" (dap-request conspect-session "scopes" :frameId frame)))))
    (cons (gethash "name" scope)
          (mapcar (lambda (variable) (format "%s=%s" (gethash "name" variable) (gethash "value" variable)))
                  (gethash "variables"
                           (dap-request conspect-session "variables"
                                        :variablesReference (gethash "variablesReference" scope)))))))

(advice-add 'dap--on-event :after
            (lambda (_session event)
              (pcase (gethash "event" event)
                ("stopped"
                 (let ((body (gethash "body" event)))
                   (conspect-say "stopped: %s %s" (gethash "reason" body) (or (gethash "text" body) "")))
                 (setq conspect-stops (1+ conspect-stops)))
                ("exited" (conspect-say "exited: %s" (gethash "exitCode" (gethash "body" event)))))))

(pcase-let ((`(,node ,adapter ,program ,line) command-line-args-left))
  (setq command-line-args-left nil)
  (dap-register-debug-provider "conspect" #'identity)
  (with-current-buffer (find-file-noselect program)
    (goto-char (point-min))
    (forward-line (1- (string-to-number line)))
    (dap-breakpoint-add))
  (conspect-after-stop
   (lambda ()
     (dap-start-debugging
      (list :type "conspect" :request "launch" :name "Conspect"
            :dap-server-path (list node adapter)
            :program program))
     (setq conspect-session (dap--cur-session))))
  (let ((frame (conspect-top-frame)))
    (conspect-say "frame: %s line %s" (gethash "name" frame) (gethash "line" frame)))
  (conspect-say "variables: %s" (conspect-variables))
  (conspect-after-stop (lambda () (dap-next conspect-session)))
  (conspect-say "line: %s" (gethash "line" (conspect-top-frame)))
  (conspect-after-stop (lambda () (dap--step "stepBack" conspect-session)))
  (conspect-say "line: %s" (gethash "line" (conspect-top-frame)))
  (with-current-buffer (find-file-noselect program)
    (dap-breakpoint-delete-all))
  (dap-request conspect-session "setExceptionBreakpoints" :filters ["gc.reclaim"])
  (conspect-after-stop (lambda () (dap-continue conspect-session 1)))
  (dap-request conspect-session "setExceptionBreakpoints" :filters [])
  (dap-continue conspect-session 1)
  (conspect-wait "end" (lambda () (not (dap--session-running conspect-session))))
  (with-current-buffer (dap--debug-session-output-buffer conspect-session)
    (conspect-say "output: %s" (string-trim (buffer-substring-no-properties (point-min) (point-max))))))
